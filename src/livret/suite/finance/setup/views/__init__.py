"""The pages of the set-up of books."""

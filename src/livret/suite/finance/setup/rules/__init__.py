"""Pure rules of the set-up of books."""

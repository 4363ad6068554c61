"""The pages of lettering."""

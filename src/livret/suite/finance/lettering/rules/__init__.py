"""Pure rules of lettering."""

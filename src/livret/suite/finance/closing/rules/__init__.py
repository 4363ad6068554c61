"""Pure rules of closing."""

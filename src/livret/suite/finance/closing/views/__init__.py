"""Pages of closing."""

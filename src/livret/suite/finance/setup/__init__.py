"""CLIENT PLANE: what books are made of: chart, parties, journals, years, currencies, axes, take-over."""

"""CLIENT PLANE: lettering by hand and by itself, exchange differences, what is not lettered at a date."""

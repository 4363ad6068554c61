"""CLIENT PLANE: period locks, checks, cut-offs, carry-forward, closing of years and sealed archives."""

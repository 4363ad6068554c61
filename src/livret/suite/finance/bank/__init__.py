"""CLIENT PLANE: bank statements, matching, and payments by transfer."""

"""CLIENT PLANE: the business software that clients work with, in their own database."""

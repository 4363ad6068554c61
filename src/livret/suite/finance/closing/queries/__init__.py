"""Reads about closing."""

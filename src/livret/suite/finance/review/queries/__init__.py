"""Reads about review."""

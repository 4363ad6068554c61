"""Reads for the pages of the room."""

"""Reads of the set-up of books."""

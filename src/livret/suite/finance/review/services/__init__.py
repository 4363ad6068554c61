"""Verbs of review."""

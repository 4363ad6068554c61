"""Verbs of closing."""

"""Verbs of lettering."""

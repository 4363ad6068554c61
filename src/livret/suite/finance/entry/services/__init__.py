"""Verbs that change state."""

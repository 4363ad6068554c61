"""Verbs of the set-up of books, one transaction each."""

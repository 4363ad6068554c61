"""Verbs on fixed assets, one transaction each."""

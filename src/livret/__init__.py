"""Livret: business software delivered as a service by the book."""

__version__ = "0.1.0"

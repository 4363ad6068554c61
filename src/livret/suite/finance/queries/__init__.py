"""Reads of the ledger for screens, exports and other domains."""

"""Verbs of the ledger: every way into the books ends in `ledger.post` or `ledger.seal`."""

"""CLIENT PLANE: the ledger. Drafts are free; validation is a one-way door; corrections are reversals.

Other domains call `services` and `queries`. Source: PCG, art. 921-1 to 921-5 (validation, chronology);
LPF, art. A47 A-1 (FEC). How it is built stands in docs/explain/ledger.md, its locks in docs/explain/locking.md.
"""

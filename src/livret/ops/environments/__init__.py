"""Making, migrating and restoring client environments (design: one database for each).

Owns what the control plane keeps of an environment across restores: heads of the ledger chains and meter readings.
Others call `services` and `queries`.
"""

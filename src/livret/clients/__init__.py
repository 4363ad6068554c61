"""Clients, contracts, people: who may use what, by which booklet (control plane base).

Owns the client's record, its contract and the booklet version it follows, its environments, the access accounts and
how people sign in, the SaaS administrators, the seats. Others call `services` and `queries`, and `access` at the edges.
Source: Sprint S-1, S-3, S-9; Care C-2, C-3, C-11, C-19.
"""

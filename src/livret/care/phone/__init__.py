"""The telephone of support: who calls, in which order they are answered, and what the booklet says of it.

Owns the calls and their events (append-only), the keys by which telephone systems report them, and the number that the
publisher announces where a booklet gives none. A refusal names its clause; the order is a pure function of the calls
that wait. Others call `services` and `queries`; systems call the REST API. Source: Sprint S-13; Care C-14.
"""

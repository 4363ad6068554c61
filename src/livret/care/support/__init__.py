"""Support requests: filed by a client's people, acknowledged with their due instant, picked up by a technician.

Owns the requests, their timeline of events (append-only, the same for both sides), their attachments, and what the
publisher sets where a booklet is silent: the opening hours of support. Clocks are computed on read from the events by
`livret.booklet`; instants kept on a request are a cache for sorting and never the truth.
Others call `services` and `queries`. Source: Sprint S-13; Care C-14, C-16.
"""

"""The customer space: the edge where a client's people see what needs them, and the booklets that anyone may read."""

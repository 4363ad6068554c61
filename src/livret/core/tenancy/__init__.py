"""Two planes: the control database, and one database for each client environment.

Owns the pointer from an environment to the database that holds it now (`Environment`, `Cell`), the context that
says which environment the running code works in (`context.inside`), the router that fails closed, and the making
of roles, databases and grants (`provision`). Others call `context`, `queries` and `provision`.
"""

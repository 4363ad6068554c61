"""CLIENT PLANE: companies, their fiscal years, and what each person may do in this environment.

Other domains call `services`, `queries` and `access`. A person is known by the UUID of their access account, kept as
a value. Source: clauses S-4 (companies), C-11 and S-9 (application accounts, granted by the client).
"""

"""The PostgreSQL backend of client databases: Django's own, plus a look at the identity row on connecting."""

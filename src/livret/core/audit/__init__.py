"""The audit trail of both planes: who, when, what, from where, on which object. Rows are only ever added.

Others call `services.record` and `queries`. The trail of an environment stands in its own database
(`resident_auditevent`), that of the publisher in the control database.
"""

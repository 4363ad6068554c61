"""CLIENT PLANE: what every client database holds of its own accord.

The identity row, the outbox whose messages a relay moves to the job queue, the claims that make a job's effect
happen once, and the audit trail of the environment. Others call `outbox.post` and `claims.claim`.
"""

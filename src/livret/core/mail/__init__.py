"""Mail: each message is a row written with the change that causes it, and sent by a job after the commit.

Others call `services.send`. The console's mail box page lists the rows.
"""

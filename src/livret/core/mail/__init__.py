"""Mail both ways: each message is a row written with the change that causes it, and sent by a job after the commit.

A mail that arrives is kept as its raw bytes before the mail server is told, then handed by a job to the room that
`settings.INCOMING_MAIL_HANDLER` names; what becomes of it stands on its row.
Others call `services` to send and `incoming` to receive. The console's mail box pages list both.
"""

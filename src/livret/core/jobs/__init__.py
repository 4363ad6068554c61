"""Background jobs, on procrastinate in the control database.

`queue.defer` asks for a job in the control transaction that runs now; `queue.task` and `queue.client_task` declare
them. From the client plane, jobs are asked for with `core.resident.outbox.post`. A job may run twice.
"""

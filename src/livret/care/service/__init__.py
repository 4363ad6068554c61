"""Customer service and operations on data: what is not support, and has its own hours and its own legal form.

Owns the notice files (termination or change of a contract), the register of complaints, the operations on data that
only a SaaS administrator may ask for, and the hours of customer service where a booklet leaves them to the publisher.
Each stands beside a request of support, filed in the same transaction; its events are append-only.
Others call `services` and `queries`. Source: Sprint S-9; Care C-9, C-11, C-16, C-20.
"""

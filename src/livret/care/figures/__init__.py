"""The figures of support: share kept, dashboards of both sides, half-yearly report.

Owns: the frozen reports, whom they are delivered to, and their deliveries.
Reads requests through the queries of support.
Others may call `queries` and `services`. Law and standard: clauses S-13, C-13 and C-14 of the service booklets.
"""

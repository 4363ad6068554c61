"""Assistance given live: a technician on the screen of a client's person, and sessions on the web with registration.

A remote session belongs to a request, happens only with the client's consent and within the hours and the scope of
support, and ends with a report in the timeline. Web sessions have places, a waiting list, and a replay. Others call
`services` and `queries`. Source: Sprint S-13; Care C-12, C-13, C-14.
"""

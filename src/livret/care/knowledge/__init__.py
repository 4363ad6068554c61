"""The knowledge base: articles that the publisher writes and clients' people read, proposed while a request is typed.

Owns the articles, their versions (append-only), what readers think of them, and the search. An article is written for
a version of the software; readers see the version that was published, whatever is being written.
Others call `services` and `queries`. Source: Sprint S-13 and Care C-12 open the knowledge base by plan.
"""

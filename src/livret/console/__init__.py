"""The publisher's console: the edge of technicians, operations, trainers, billing and administrators."""

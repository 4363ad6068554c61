"""CONTROL PLANE: running the service: the environments of clients."""

"""CARE, control plane: what the publisher owes its clients' people. Rooms: support."""

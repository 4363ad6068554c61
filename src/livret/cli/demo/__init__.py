"""The demonstration: a publisher, its staff and two clients, told once in an empty installation."""

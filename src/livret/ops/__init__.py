"""CONTROL PLANE: running the service. Environments today; availability, backups and the rest have rooms of their own later."""

"""The tables of clients, contracts and people."""

from livret.clients.models.accounts import AccessAccount, StaffRole
from livret.clients.models.clients import Client

__all__ = ["AccessAccount", "Client", "StaffRole"]

"""The tables of clients, contracts and people."""

from livret.clients.models.accounts import AccessAccount, StaffRole
from livret.clients.models.administrators import AdministratorChange, SaasAdministrator
from livret.clients.models.clients import Client
from livret.clients.models.contracts import ClientEnvironment, Contract, ContractChange
from livret.clients.models.instructions import AccessEvent, Instruction, InstructionOutcome, Invitation, RevokedAccess
from livret.clients.models.seats import Seat

__all__ = [
    "AccessAccount",
    "AccessEvent",
    "AdministratorChange",
    "Client",
    "ClientEnvironment",
    "Contract",
    "ContractChange",
    "Instruction",
    "InstructionOutcome",
    "Invitation",
    "RevokedAccess",
    "SaasAdministrator",
    "Seat",
    "StaffRole",
]

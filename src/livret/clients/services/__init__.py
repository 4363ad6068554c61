"""Verbs that change clients, contracts and people, one transaction each."""

from livret.clients.queries import client_named
from livret.clients.services.accounts import (
    AddressTaken,
    AddressUnknown,
    InstructionAnswered,
    NotTheirAccount,
    change_profile,
    close_access_account,
    create_access_account,
    create_staff_account,
    end_sessions,
    record_contract_instruction,
    record_instruction,
    refuse_instruction,
)
from livret.clients.services.administrators import (
    AdministratorRefused,
    end_saas_administrator,
    name_saas_administrator,
    replace_saas_administrator,
)
from livret.clients.services.contracts import (
    ContractRefused,
    ContractTerms,
    attach_environment,
    change_order,
    create_client,
    end_contract,
    hand_over_codes,
    move_contract,
    sign_contract,
)
from livret.clients.services.events import record_event
from livret.clients.services.invitations import (
    InvitationRefused,
    accept_invitation,
    issue_invitation,
    open_invitation,
    set_password,
)
from livret.clients.services.roles import LastAdministrator, grant_roles
from livret.clients.services.seats import SeatRefused, confirm_seat, free_orphan_seats, free_seat, reserve_seat

__all__ = [
    "AddressTaken",
    "AddressUnknown",
    "AdministratorRefused",
    "ContractRefused",
    "ContractTerms",
    "InstructionAnswered",
    "InvitationRefused",
    "LastAdministrator",
    "NotTheirAccount",
    "SeatRefused",
    "accept_invitation",
    "attach_environment",
    "change_order",
    "change_profile",
    "client_named",
    "close_access_account",
    "confirm_seat",
    "create_access_account",
    "create_client",
    "create_staff_account",
    "end_contract",
    "end_saas_administrator",
    "end_sessions",
    "free_orphan_seats",
    "free_seat",
    "grant_roles",
    "hand_over_codes",
    "issue_invitation",
    "move_contract",
    "name_saas_administrator",
    "open_invitation",
    "record_contract_instruction",
    "record_event",
    "record_instruction",
    "refuse_instruction",
    "replace_saas_administrator",
    "reserve_seat",
    "set_password",
    "sign_contract",
]

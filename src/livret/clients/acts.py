"""The acts on clients, contracts and access accounts that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "clients.client.created": pgettext_lazy("act", "Client created"),
    "clients.environment.attached": pgettext_lazy("act", "Environment attached to a client"),
    "clients.contract.signed": pgettext_lazy("act", "Contract signed"),
    "clients.contract.moved": pgettext_lazy("act", "Contract moved to another booklet version"),
    "clients.contract.ordered": pgettext_lazy("act", "Order of a contract changed"),
    "clients.contract.codes": pgettext_lazy("act", "Access codes handed over"),
    "clients.contract.ended": pgettext_lazy("act", "Contract ended"),
    "clients.saas_administrator.named": pgettext_lazy("act", "SaaS administrator named"),
    "clients.saas_administrator.ended": pgettext_lazy("act", "SaaS administrator relieved"),
    "clients.instruction.recorded": pgettext_lazy("act", "Instruction of the client recorded"),
    "clients.instruction.refused": pgettext_lazy("act", "Instruction of the client refused"),
    "clients.access_account.opened": pgettext_lazy("act", "Access account opened"),
    "clients.access_account.closed": pgettext_lazy("act", "Access account closed"),
    "clients.profile.changed": pgettext_lazy("act", "Profile changed"),
    "clients.invitation.issued": pgettext_lazy("act", "Invitation sent"),
    "clients.invitation.accepted": pgettext_lazy("act", "Invitation accepted"),
    "clients.roles.granted": pgettext_lazy("act", "Roles granted"),
    "clients.seat.reserved": pgettext_lazy("act", "Seat reserved"),
}

"""The acts on remote and web assistance that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "assistance.tool_set": pgettext_lazy("act", "Tool of remote assistance set"),
    "assistance.remote.proposed": pgettext_lazy("act", "Remote assistance proposed"),
    "assistance.remote.consented": pgettext_lazy("act", "Remote assistance agreed to"),
    "assistance.remote.started": pgettext_lazy("act", "Remote assistance started"),
    "assistance.remote.ended": pgettext_lazy("act", "Remote assistance ended"),
    "assistance.remote.refused": pgettext_lazy("act", "Remote assistance refused"),
    "assistance.remote.cancelled": pgettext_lazy("act", "Remote assistance cancelled"),
    "assistance.remote.withdrawn": pgettext_lazy("act", "Consent to remote assistance withdrawn"),
    "assistance.remote.expired": pgettext_lazy("act", "Remote assistance expired"),
    "assistance.remote.reported": pgettext_lazy("act", "Report of a remote assistance written"),
    "assistance.web.planned": pgettext_lazy("act", "Web session planned"),
    "assistance.web.changed": pgettext_lazy("act", "Web session changed"),
    "assistance.web.cancelled": pgettext_lazy("act", "Web session cancelled"),
    "assistance.web.held": pgettext_lazy("act", "Web session held"),
    "assistance.web.invited": pgettext_lazy("act", "Invitations to a web session sent"),
    "assistance.web.registered": pgettext_lazy("act", "Registered for a web session"),
    "assistance.web.left": pgettext_lazy("act", "Registration for a web session cancelled"),
    "assistance.web.replay_published": pgettext_lazy("act", "Replay of a web session published"),
}

"""The acts on support that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "support.request.filed": pgettext_lazy("act", "Request filed"),
    "support.request.picked_up": pgettext_lazy("act", "Request picked up"),
    "support.request.message": pgettext_lazy("act", "Message written"),
    "support.request.files_added": pgettext_lazy("act", "Files added"),
    "support.request.assigned": pgettext_lazy("act", "Request assigned"),
    "support.request.qualified": pgettext_lazy("act", "Request qualified"),
    "support.request.criticality_changed": pgettext_lazy("act", "Criticality changed"),
    "support.request.duplicate_linked": pgettext_lazy("act", "Linked as a duplicate"),
    "support.request.paused": pgettext_lazy("act", "Clock paused"),
    "support.request.resumed": pgettext_lazy("act", "Clock resumed"),
    "support.request.proposed": pgettext_lazy("act", "Solution proposed"),
    "support.request.closed": pgettext_lazy("act", "Request closed"),
    "support.request.reopened": pgettext_lazy("act", "Request reopened"),
    "support.request.rated": pgettext_lazy("act", "Request rated"),
    "support.request.shared": pgettext_lazy("act", "Request shared"),
    "support.request.unshared": pgettext_lazy("act", "Request no longer shared"),
    "support.request.excluded": pgettext_lazy("act", "Request left out of the share"),
    "support.request.contested": pgettext_lazy("act", "Request contested"),
    "support.request.contest_answered": pgettext_lazy("act", "Contest answered"),
    "support.canned_answer.written": pgettext_lazy("act", "Canned answer written"),
    "support.canned_answer.withdrawn": pgettext_lazy("act", "Canned answer withdrawn"),
    "support.hours.published": pgettext_lazy("act", "Hours of support published"),
    "support.attachment_limits.set": pgettext_lazy("act", "Limits of attachments set"),
    "support.suspended": pgettext_lazy("act", "Support suspended"),
    "support.suspension_lifted": pgettext_lazy("act", "Suspension of support lifted"),
    "support.team.set": pgettext_lazy("act", "Support team set"),
}

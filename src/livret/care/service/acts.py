"""The acts on customer service that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "service.complaint.registered": pgettext_lazy("act", "Complaint registered"),
    "service.complaint.answered": pgettext_lazy("act", "Complaint answered"),
    "service.hours.published": pgettext_lazy("act", "Hours of customer service published"),
    "service.notice.opened": pgettext_lazy("act", "Notice file opened"),
    "service.notice.sent": pgettext_lazy("act", "Sending of the notice letter noted"),
    "service.notice.received": pgettext_lazy("act", "Receipt of the notice letter noted"),
    "service.notice.withdrawn": pgettext_lazy("act", "Notice withdrawn"),
    "service.notice.closed": pgettext_lazy("act", "Notice file closed"),
    "service.operation.asked": pgettext_lazy("act", "Operation on data asked for"),
    "service.operation.started": pgettext_lazy("act", "Operation on data started"),
    "service.operation.done": pgettext_lazy("act", "Operation on data done"),
    "service.operation.refused": pgettext_lazy("act", "Operation on data refused"),
    "service.operation.withdrawn": pgettext_lazy("act", "Operation on data withdrawn"),
}

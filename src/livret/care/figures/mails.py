"""The mail that takes a report to somebody, in the language of that person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from livret.care.figures import wording
from livret.care.figures.models import HalfYearlyReport
from livret.core.mail import services as mail
from livret.core.mail.models import Message
from livret.core.mail.services import Joined
from livret.kernel.periods import DayPeriod

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount


def send_report(report: HalfYearlyReport, *, to: AccessAccount, now: datetime, site: str = "") -> Message:
    """Send *report* to somebody: its two files joined, and a link to its page."""
    with translation.override(to.language):
        days = wording.period_words(DayPeriod(report.first_on, report.last_on))
        start = mail.site_address(site)
        facts = {
            "report": report,
            "to": to,
            "days": days,
            "publisher": mail.sender_name(),
            "link": f"{start}{report.get_absolute_url()}" if start else "",
        }
        owner = report.client.uuid
        return mail.send(
            to=to.email,
            subject=_("Report of your requests %(days)s") % {"days": days},
            text=render_to_string("figures/mail/report.txt", facts),
            html=render_to_string("figures/mail/report.html", facts),
            about=report,
            at=now,
            files=[
                Joined(f"{report.file_stem}.pdf", "application/pdf", owner, report.pdf_digest),
                Joined(f"{report.file_stem}.json", "application/json", owner, report.data_digest),
            ],
        )

"""What a person may ask, and what support is open to their company on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from livret.booklet import Stated
from livret.booklet.rights import QuestionRight, question_right
from livret.care.support.models import Suspension
from livret.care.support.rules.commitment import Offer
from livret.care.support.rules.standing import Standing, standing_of

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Client


def right_to_questions(account: AccessAccount, offer: Offer, *, day: date) -> QuestionRight:
    """Return whether *account* may ask questions of use free of charge on *day*.

    Areas are assigned by the learning capability; until it is there, everybody counts as assigned today, so that
    everybody is within the learning phase of clause C-15. *account* is what it will look the assignment up by.
    """
    phase = offer.booklet.learning.phase
    months = phase.value if isinstance(phase, Stated) else 0
    return question_right(day, assigned_on=day, certified_on=(), major_updates_on=(), months=months)


def standing(account: AccessAccount, offer: Offer, *, kind: str, topic: str, day: date) -> Standing:
    """Return what a request filed by *account* on *day* will be: within the commitments, free, or a paid service."""
    return standing_of(offer, kind=kind, topic=topic, right=right_to_questions(account, offer, day=day))


def suspension_in_force(client: Client | int, *, at: datetime) -> Suspension | None:
    """Return the suspension of support that stands for *client* at that instant, if any."""
    pk = client if isinstance(client, int) else client.pk
    running = Suspension.objects.filter(client_id=pk, from_at__lte=at).exclude(lift__at__lte=at)
    return running.order_by("from_at", "pk").first()


def suspensions_of(client: Client) -> QuerySet[Suspension]:
    """Return every suspension of *client* with its end, the latest first."""
    return Suspension.objects.filter(client=client).select_related("lift").order_by("-from_at", "-pk")

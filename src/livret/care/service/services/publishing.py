"""Publishing the hours of customer service, where a booklet leaves them to the publisher."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from livret.care.service.models import ServiceHours
from livret.care.support.rules.commitment import calendar_from
from livret.care.support.services import HoursRefused
from livret.core.audit import services as audit
from livret.core.people import Actor


@transaction.atomic
def publish_hours(hours: Mapping[str, Any], *, from_on: date, by: Actor, now: datetime) -> ServiceHours:
    """Publish a new version of the hours, from *from_on*; hours as `livret.booklet` writes a calendar.

    Raises HoursRefused on hours that cannot be read or never open, or published twice at the same moment.
    """
    try:
        calendar = calendar_from(hours)
    except (KeyError, TypeError, ValueError) as error:
        raise HoursRefused(str(error)) from error
    latest = ServiceHours.objects.aggregate(last=Max("version"))["last"] or 0
    facts = {"set_by_id": by.id, "set_by_name": by.name, "set_at": now, "from_on": from_on}
    try:
        with transaction.atomic():
            row = ServiceHours.objects.create(version=latest + 1, hours=calendar.as_plain(), **facts)
    except IntegrityError as error:
        raise HoursRefused(f"version {latest + 1} was published at the same moment: read it first") from error
    audit.record("service.hours.published", row, by=by, at=now, detail={"from": from_on.isoformat()})
    return row

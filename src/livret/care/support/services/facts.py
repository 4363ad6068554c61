"""What other capabilities write to the timeline of a request: calls, remote assistance, operations on data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from livret.care.support.models import Request, RequestEvent
from livret.care.support.notices import tell_client, tell_publisher
from livret.care.support.services.timeline import add_event, locked, refresh
from livret.core.people import Actor

FACTS = frozenset({RequestEvent.Kind.CALL, RequestEvent.Kind.REMOTE, RequestEvent.Kind.OPERATION})


@transaction.atomic
def record_fact(
    request: Request,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    data: Mapping[str, Any],
    text: str = "",
    is_internal: bool = False,
    tells_client: bool = False,
    tells_publisher: bool = False,
    site: str = "",
) -> RequestEvent:
    """Add a fact of another capability to the timeline. kind: call, remote or operation; data holds its `step`.

    It moves no clock. Raises ValueError on another kind, KeyError without a step.
    """
    if kind not in FACTS:
        raise ValueError(f"{kind!r} is written by its own verb, not as a fact; facts are {', '.join(sorted(FACTS))}")
    data["step"]
    mine = locked(request)
    event = add_event(mine, kind, by=by, at=now, text=text.strip(), data=data, is_internal=is_internal)
    refresh(mine)
    if tells_client:
        tell_client(mine, event, now=now, site=site)
    if tells_publisher:
        tell_publisher(mine, event, now=now, site=site)
    return event

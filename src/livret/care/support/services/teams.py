"""Teams: who takes which requests, and whom alerts are sent to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from livret.care.support.models import Team
from livret.care.support.services.canned import TitleTaken
from livret.care.support.services.refusals import WordsMissing
from livret.core.audit import services as audit
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What a team is. kinds, products: what it takes, everything when empty; rank: the lowest is asked first."""

    name: str
    lead: AccessAccount | None
    members: Sequence[AccessAccount]
    kinds: Sequence[str]
    products: Sequence[str]
    rank: int
    is_active: bool = True


@transaction.atomic
def set_team(facts: TeamFacts, *, by: Actor, now: datetime, team: Team | None = None) -> Team:
    """Create a team, or change *team*; requests filed from now on follow it. Raises WordsMissing, TitleTaken."""
    if not facts.name.strip():
        raise WordsMissing("name")
    found = team or Team()
    found.name, found.lead, found.rank, found.is_active = facts.name.strip(), facts.lead, facts.rank, facts.is_active
    found.kinds, found.products = list(facts.kinds), list(facts.products)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise TitleTaken(facts.name) from error
    found.members.set(facts.members)
    detail = {"name": found.name, "members": sorted(member.full_name for member in facts.members)}
    audit.record("support.team.set", found, by=by, at=now, detail=detail)
    return found

"""The words for modules and rights."""

from __future__ import annotations

from django import template

from livret.suite.company.forms import ROOM_NAMES
from livret.suite.company.models import Grant

register = template.Library()


@register.filter
def room_name(room: str) -> str:
    """The name of a module as people know it."""
    return str(ROOM_NAMES.get(room, room))


@register.filter
def right_name(right: str) -> str:
    """The name of a right."""
    return str(Grant.Right(right).label)

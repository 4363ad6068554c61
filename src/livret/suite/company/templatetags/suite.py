"""Tags of the suite's pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from livret.core.tenancy.links import url_here

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context: Context, name: str, **kwargs: Any) -> str:
    """The address of the view *name* in the environment of the request."""
    return url_here(context["request"], name, **kwargs)

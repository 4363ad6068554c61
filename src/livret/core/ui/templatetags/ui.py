"""The template library ``ui``: every tag and filter of the design system under one load."""

from __future__ import annotations

from django import template

from livret.core.ui.tags import action, charts, figures, listing, navigation, shells, text

register = template.Library()
for family in (text, navigation, action, listing, shells, figures, charts):
    register.tags.update(family.register.tags)
    register.filters.update(family.register.filters)

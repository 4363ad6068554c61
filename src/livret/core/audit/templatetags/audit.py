"""Acts of the audit trail, as pages show them."""

from __future__ import annotations

from django import template

from livret.core.audit.words import words_of

register = template.Library()
register.filter("act_words", words_of)

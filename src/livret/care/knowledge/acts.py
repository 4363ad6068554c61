"""The acts on the knowledge base that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "knowledge.article.written": pgettext_lazy("act", "Article written"),
    "knowledge.article.placed": pgettext_lazy("act", "Article placed"),
    "knowledge.article.published": pgettext_lazy("act", "Article published"),
    "knowledge.article.withdrawn": pgettext_lazy("act", "Article withdrawn"),
}

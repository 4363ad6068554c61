"""The Django application of the knowledge base."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "livret.care.knowledge"
    label = "knowledge"
    plane = "control"
    verbose_name = _("Knowledge base")

"""The Django application of remote and web assistance."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistanceConfig(AppConfig):
    name = "livret.care.assistance"
    label = "assistance"
    plane = "control"
    verbose_name = _("Assistance")

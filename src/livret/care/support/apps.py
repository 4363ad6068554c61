"""The Django application of support."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "livret.care.support"
    label = "support"
    plane = "control"
    verbose_name = _("Support")

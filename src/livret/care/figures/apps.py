"""The Django application of the figures of support."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FiguresConfig(AppConfig):
    name = "livret.care.figures"
    label = "figures"
    plane = "control"
    verbose_name = _("Figures of support")

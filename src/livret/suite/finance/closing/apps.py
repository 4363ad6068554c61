from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClosingConfig(AppConfig):
    name = "livret.suite.finance.closing"
    label = "closing"
    plane = "client"
    verbose_name = _("Closing")

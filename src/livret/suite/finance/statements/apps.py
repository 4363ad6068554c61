from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatementsConfig(AppConfig):
    name = "livret.suite.finance.statements"
    label = "statements"
    plane = "client"
    verbose_name = _("Reports")

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SetupConfig(AppConfig):
    name = "livret.suite.finance.setup"
    label = "setup"
    plane = "client"
    verbose_name = _("Books set-up")

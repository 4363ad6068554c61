from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    name = "livret.suite.finance"
    label = "finance"
    plane = "client"
    verbose_name = _("Finance")

    def ready(self) -> None:
        from livret.suite.finance.services.uploads import register_uploads

        register_uploads("finance.ImportRun", waiting=("uploaded", "checked"))

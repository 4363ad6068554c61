from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VatConfig(AppConfig):
    name = "livret.suite.finance.vat"
    label = "vat"
    plane = "client"
    verbose_name = _("VAT")

    def ready(self) -> None:
        from livret.suite.finance import desk
        from livret.suite.finance.vat.desk import tasks

        desk.register(tasks=tasks)

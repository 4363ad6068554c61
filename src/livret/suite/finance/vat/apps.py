from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VatConfig(AppConfig):
    name = "livret.suite.finance.vat"
    label = "vat"
    plane = "client"
    verbose_name = _("VAT")

    def ready(self) -> None:
        from livret.suite.finance import desk, proposing
        from livret.suite.finance.vat.desk import tasks
        from livret.suite.finance.vat.queries.proposing import proposed_tax

        desk.register(tasks=tasks)
        proposing.register(proposed_tax)

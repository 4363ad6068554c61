from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BankConfig(AppConfig):
    name = "livret.suite.finance.bank"
    label = "bank"
    plane = "client"
    verbose_name = _("Bank")

    def ready(self) -> None:
        from livret.suite.finance import desk
        from livret.suite.finance.bank.desk import tasks

        desk.register(tasks=tasks)

        from livret.suite.finance.services.uploads import register_uploads

        register_uploads("bank.StatementFile", waiting=("uploaded", "checked"))

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class StatementsConfig(AppConfig):
    name = "livret.suite.finance.statements"
    label = "statements"
    plane = "client"
    verbose_name = pgettext_lazy("books", "Reports")

    def ready(self) -> None:
        from livret.suite.finance import desk
        from livret.suite.finance.statements.desk import board, tasks

        desk.register(tasks=tasks, board=board)

        from livret.core.blobs import tidying
        from livret.suite.finance.statements.services import kept

        tidying.register("statements.ReportFile", tidying.Temporary(kept.files_past, kept.forget_files))

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "livret.suite.finance.review"
    label = "review"
    plane = "client"
    verbose_name = _("Review")

    def ready(self) -> None:
        from livret.suite.finance import desk
        from livret.suite.finance.review.desk import tasks

        desk.register(tasks=tasks)

        from livret.core.blobs import tidying
        from livret.suite.finance.review.services import offered

        tidying.register("review.BooksExport", tidying.Temporary(offered.exports_past, offered.forget_files))

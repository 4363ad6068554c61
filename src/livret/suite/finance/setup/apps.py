from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SetupConfig(AppConfig):
    name = "livret.suite.finance.setup"
    label = "setup"
    plane = "client"
    verbose_name = _("Books set-up")

    def ready(self) -> None:
        from livret.suite.company import beginnings
        from livret.suite.finance import aftermath
        from livret.suite.finance.services.drafts import open_company_books
        from livret.suite.finance.setup.services.parties import sort_parties

        beginnings.register(open_company_books)
        aftermath.register(sort_parties)

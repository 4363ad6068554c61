from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntryConfig(AppConfig):
    name = "livret.suite.finance.entry"
    label = "entry"
    plane = "client"
    verbose_name = _("Entry")

    def ready(self) -> None:
        from livret.suite.finance.services.uploads import register_uploads

        register_uploads("entry.EntryFile", waiting=("uploaded",))

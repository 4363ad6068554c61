from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LetteringConfig(AppConfig):
    name = "livret.suite.finance.lettering"
    label = "lettering"
    plane = "client"
    verbose_name = _("Lettering")

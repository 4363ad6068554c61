from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "livret.suite.finance.assets"
    label = "assets"
    plane = "client"
    verbose_name = _("Fixed assets")

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompanyConfig(AppConfig):
    name = "livret.suite.company"
    label = "company"
    plane = "client"
    verbose_name = _("Companies and people")

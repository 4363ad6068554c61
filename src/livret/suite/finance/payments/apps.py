from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "livret.suite.finance.payments"
    label = "payments"
    plane = "client"
    verbose_name = _("Payments")

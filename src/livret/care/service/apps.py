"""The Django application of customer service."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    name = "livret.care.service"
    label = "service"
    plane = "control"
    verbose_name = _("Customer service")

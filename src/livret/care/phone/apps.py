"""The Django application of the telephone."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class PhoneConfig(AppConfig):
    name = "livret.care.phone"
    label = "phone"
    plane = "control"
    verbose_name = pgettext_lazy("line", "Telephone")

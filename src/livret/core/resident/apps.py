from __future__ import annotations

from django.apps import AppConfig


class ResidentConfig(AppConfig):
    name = "livret.core.resident"
    label = "resident"
    plane = "client"

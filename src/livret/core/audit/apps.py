from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "livret.core.audit"
    label = "audit"

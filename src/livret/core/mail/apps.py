from __future__ import annotations

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "livret.core.mail"
    label = "mail"

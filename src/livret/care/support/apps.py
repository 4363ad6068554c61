"""The Django application of support."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "livret.care.support"
    label = "support"
    plane = "control"
    verbose_name = _("Support")

    def ready(self) -> None:
        from livret.care.support.commands import offered
        from livret.core.ui import commands

        commands.register(offered)

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "livret.console"
    label = "console"

    def ready(self) -> None:
        from livret.console.navigation import offered
        from livret.core.ui import commands

        commands.register(offered)

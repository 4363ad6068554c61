from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "livret.portal"
    label = "portal"

    def ready(self) -> None:
        from livret.core.ui import commands
        from livret.portal.navigation import offered

        commands.register(offered)

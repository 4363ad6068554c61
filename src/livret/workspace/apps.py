from __future__ import annotations

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "livret.workspace"
    label = "workspace"

    def ready(self) -> None:
        from livret.core.ui import commands
        from livret.workspace.offers import offered

        commands.register(offered)

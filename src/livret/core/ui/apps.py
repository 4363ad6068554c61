"""The Django application of the face."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "livret.core.ui"
    label = "ui"

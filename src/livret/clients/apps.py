"""The Django application of the control-plane base."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "livret.clients"
    label = "clients"
    plane = "control"
    verbose_name = _("Clients and contracts")

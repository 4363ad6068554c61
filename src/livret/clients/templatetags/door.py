"""What the pages of the door show."""

from __future__ import annotations

from django import template

from livret.clients.rules.devices import device_name

register = template.Library()
register.filter("device", device_name)

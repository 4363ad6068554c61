"""Tags that only the shells use: what the head of each page links."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from livret.core.ui.assets import SCRIPTS, STYLES

register = template.Library()


@register.simple_tag
def style_sheets() -> SafeString:
    """A link for each style sheet, in cascade order."""
    return format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((static(f"ui/css/{name}.css"),) for name in STYLES)
    )


@register.simple_tag
def scripts() -> SafeString:
    """A module script for each behaviour."""
    return format_html_join(
        "\n", '<script type="module" src="{}"></script>', ((static(f"ui/js/{name}.js"),) for name in SCRIPTS)
    )

"""Files that people send: how large each may be, told on its form, refused before it is read or stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from livret.core.ui.figures import size_text

SPARE_BYTES = 100_000  # What a form sends around its files.
Most = Callable[[], int]  # Bytes; asked for at each use, since a setting may say it.
V = TypeVar("V", bound=Callable[..., Any])


def takes(most: Most) -> Callable[[V], V]:
    """Say that a view in a room takes files of so many bytes together; any other takes what a plain page does."""

    def mark(view: V) -> V:
        view.most_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


def most_of(view: object) -> int | None:
    """Return how many bytes of files a view says that it takes, None when it says nothing."""
    most = getattr(view, "most_bytes", None)
    return most() if most else None


def size_words(octets: int) -> str:
    return size_text(octets, language=(get_language() or "fr")[:2])


class Upload(forms.FileField):
    """A file of *most* bytes at most: its form says so, the browser looks before it sends, and it is refused above."""

    def __init__(self, *, most: Most, help_text: Any = "", **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs, help_text=lazy(self._told, str)(help_text))

    def _told(self, words: object) -> str:
        return f"{words} {_('%(most)s at most.') % {'most': size_words(self.most())}}".strip()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        refusal = lazy(lambda: _too_large(self.most()), str)()
        return {**super().widget_attrs(widget), "data-most": lazy(self.most, int)(), "data-too-large": refusal}

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if sent and sent.size > self.most():
            words = _("“%(name)s” is too large: %(size)s, where %(most)s at most are taken. Nothing was kept.")
            facts = {"name": sent.name, "size": size_words(sent.size), "most": size_words(self.most())}
            raise ValidationError(words, code="too_large", params=facts)
        return sent


def _too_large(most: int) -> str:
    return _("This is too large: %(most)s at most are taken here.") % {"most": size_words(most)}

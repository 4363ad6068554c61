"""What every shell needs to know about the request, gathered once under the name ``shell``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
SHORTCUTS_COOKIE = "shortcuts"


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a person may go: an organisation, an environment, an address of help."""

    label: str | Promise
    url: str
    detail: str | Promise = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a shell's menu. count: what waits there; is_exact: current on its very page only."""

    label: str | Promise
    url: str
    icon: str = ""
    count: int = 0
    tone: str = "neutral"
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Lines of a shell's menu under one heading, which may be empty."""

    label: str | Promise
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """The signed-in person as the header shows them."""

    name: str
    detail: str = ""

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace("-", " ").replace("@", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


@dataclass(frozen=True, slots=True)
class StaffSession:
    """The open session by which the publisher's staff work on a client's data: whose, why, until when, how to leave."""

    client: str
    reason: str
    minutes_left: int
    close_url: str


@dataclass(frozen=True, slots=True)
class Shell:
    """The contract between the edges and the shells. Each field has a value that shows nothing."""

    theme: str = "system"
    language: str = "fr"
    languages: tuple[tuple[str, str], ...] = ()
    has_shortcuts: bool = True
    path: str = "/"
    person: Person | None = None
    organisation: str = ""
    organisations: tuple[Place, ...] = ()
    navigation: tuple[LinkGroup, ...] = ()
    home_url: str = "/"
    help_url: str = ""
    account_url: str = ""
    logout_url: str = ""
    clock: datetime | None = None
    printed_at: datetime | None = None
    staff_session: StaffSession | None = None
    messages: Iterable[Any] = field(default=())


def describe(request: HttpRequest, **facts: object) -> None:
    """Tell the shell of *request* what it shows, by field of Shell. Later facts replace earlier ones.

    Raises TypeError when a field does not exist.
    """
    replace(Shell(), **facts)  # type: ignore[arg-type]
    known: dict[str, object] = getattr(request, "_shell_facts", {})
    request._shell_facts = {**known, **facts}  # type: ignore[attr-defined]


def shell(request: HttpRequest) -> Mapping[str, Shell]:
    """Return the context of the shells: the preferences of the request and what the edge told of it."""
    facts: dict[str, Any] = getattr(request, "_shell_facts", {})
    person = facts.get("person") or person_of(getattr(request, "user", None))
    return {"shell": replace(preferences_of(request), **{**facts, "person": person})}


def preferences_of(request: HttpRequest) -> Shell:
    """Return the shell of *request* with the choices of display read from its cookies; unknown values are ignored."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return Shell(
        theme=theme if theme in THEMES else "system",
        language=(get_language() or settings.LANGUAGE_CODE).split("-")[0],
        languages=tuple((code, str(name)) for code, name in settings.LANGUAGES),
        has_shortcuts=request.COOKIES.get(SHORTCUTS_COOKIE) != "off",
        path=request.get_full_path(),
        messages=get_messages(request),
        printed_at=timezone.now().replace(second=0, microsecond=0),
    )


def person_of(user: Any) -> Person | None:
    """Return the signed-in *user* as the header shows them, None for a visitor."""
    if user is None or not user.is_authenticated:
        return None
    name = user.get_full_name() if hasattr(user, "get_full_name") else ""
    return Person(name=name or str(user), detail=getattr(user, "email", "") if name else "")

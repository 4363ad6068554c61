"""Django connections to client databases, made at run time and kept few.

Django walks every registered alias twice in each request, and each connection costs a server process; so a thread
keeps the connections of the few environments that it used last, and an alias leaves the registry with its last user.
"""

from __future__ import annotations

import threading
import weakref
from collections import Counter, OrderedDict, deque
from typing import Any

from django.db import connections

from livret.core.tenancy.context import Place, Role
from livret.core.tenancy.provision import role_name, role_password

KEPT_PER_THREAD = 8

_lock = threading.Lock()
_users: Counter[str] = Counter()
# What ended threads held. Their finalizers run wherever the garbage collector happens to, even in this thread while it
# holds the lock: they take no lock, and whoever holds it next counts their aliases down.
_left: deque[str] = deque()


def _leave(held: OrderedDict[str, None]) -> None:
    _left.extend(held)


def _count_down(alias: str) -> None:
    """Let one user of *alias* go; the lock must be held."""
    _users[alias] -= 1
    if _users[alias] <= 0:
        del _users[alias]
        connections.settings.pop(alias, None)


def _count_down_the_left() -> None:
    while _left:
        _count_down(_left.popleft())


def _release(alias: str) -> None:
    with _lock:
        _count_down(alias)
        _count_down_the_left()


class _ThreadAliases(threading.local):
    """The aliases that this thread holds, the least recently used first."""

    def __init__(self) -> None:
        self.held: OrderedDict[str, None] = OrderedDict()
        weakref.finalize(threading.current_thread(), _leave, self.held)


_thread = _ThreadAliases()


def use(place: Place, role: Role) -> str:
    """Make the alias of *place* usable in this thread and return it; the alias least recently used may be let go."""
    alias = place.alias(role)
    if alias in _thread.held:
        _thread.held.move_to_end(alias)
        return alias
    with _lock:
        _count_down_the_left()
        _users[alias] += 1
        connections.settings.setdefault(alias, _settings(place, role))
    _thread.held[alias] = None
    _evict(keep=alias)
    return alias


def forget(alias: str) -> None:
    """Close this thread's connection to *alias* and let the alias go."""
    if alias in _thread.held:
        _let_go(alias)


def _evict(*, keep: str) -> None:
    idle = [alias for alias in _thread.held if alias != keep and not _is_in_transaction(alias)]
    for alias in idle[: max(len(_thread.held) - KEPT_PER_THREAD, 0)]:
        _let_go(alias)


def _is_in_transaction(alias: str) -> bool:
    return hasattr(connections._connections, alias) and connections[alias].in_atomic_block  # type: ignore[attr-defined]


def _let_go(alias: str) -> None:
    if hasattr(connections._connections, alias):  # type: ignore[attr-defined]
        connections[alias].close()
        del connections[alias]
    del _thread.held[alias]
    _release(alias)


def _settings(place: Place, role: Role) -> dict[str, Any]:
    control = connections.settings["default"]
    return {
        **control,
        "ENGINE": "livret.core.tenancy.backend",
        "NAME": place.database,
        "HOST": place.host,
        "PORT": place.port,
        "USER": role_name(role),
        "PASSWORD": role_password(role),
        "CONN_MAX_AGE": None if role == "app" else 0,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": 5, "application_name": f"livret-{role}"},
        "LIVRET_IDENTITY": (str(place.environment_id), place.generation),
    }

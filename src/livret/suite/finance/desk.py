"""The home page of a company's books: rooms tell what waits for somebody, and the page need not know the rooms.

A room registers what it tells from the `ready` of its application; each provider must answer in milliseconds, at any
size of the books.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from livret.core.ui.charts import Chart
from livret.suite.company.models import Company
from livret.suite.company.rules import Member


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person. url_name: an address inside the environment; side: a count or a day, in words.

    query: begins with ?; rank: what comes first, the smallest before.
    """

    title: str
    detail: str
    url_name: str
    kwargs: Mapping[str, str | int]
    icon: str = "circle"
    tone: str = "info"
    side: str = ""
    query: str = ""
    rank: int = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in cents, how it was found, and where its lines are."""

    label: str
    cents: int
    detail: str
    url_name: str
    kwargs: Mapping[str, str | int]
    query: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """What the page draws beside the tasks."""

    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = field(default=())


Tasks = Callable[[Company, Member, date], Iterable[Task]]
Boards = Callable[[Company, date], Board]
_tasks: list[Tasks] = []
_boards: list[Boards] = []


def register(*, tasks: Tasks | None = None, board: Boards | None = None) -> None:
    """Add what a room tells: called with the company, the member who looks, and the day."""
    if tasks and tasks not in _tasks:
        _tasks.append(tasks)
    if board and board not in _boards:
        _boards.append(board)


def tasks_of(company: Company, who: Member, *, today: date) -> list[Task]:
    """Return what waits for *who* in the books of *company*, the most pressing first."""
    found = [task for provider in _tasks for task in provider(company, who, today)]
    return sorted(found, key=lambda task: task.rank)


def boards_of(company: Company, *, today: date) -> list[Board]:
    return [provider(company, today) for provider in _boards]

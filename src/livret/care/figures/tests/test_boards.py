"""Dashboards: every figure opens the list of exactly the requests that it counts."""

from __future__ import annotations

import time
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from livret.care.figures import queries, shown
from livret.care.figures.queries.boards import Kept
from livret.care.figures.rules import periods
from livret.care.figures.tests import factories
from livret.care.support import services as desk
from livret.care.support.models import Request, RequestEvent, Team
from livret.care.support.queries import results
from livret.care.support.tests import factories as support
from livret.care.support.tests.factories import PUBLISHER, paris
from livret.care.support.tests.test_concurrency import at_once
from livret.kernel.periods import DayPeriod

NOW = paris(20, 10)
YEAR = periods.months_to(date(2026, 11, 20), 12)
ALL = DayPeriod(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def filled(sprint, chloe, alice, bob, denis, emma):
    """Two clients' requests in every standing, state, month, kind, product, team and score."""
    team = Team.objects.create(name="Paie")
    other = chloe.client.contracts.get()
    shades = [
        {"is_on_time": True, "rating": 5, "team": team},
        {"is_on_time": True, "rating": 3, "product": "hr", "assigned_to": denis},
        {"is_on_time": False, "kind": "question", "assigned_to": emma, "elapsed_s": 30_000},
        {"is_excluded": True},
        {"is_on_time": None, "hours": "", "kind": "customer_service", "elapsed_s": None},
        {"is_on_time": None, "picked_up_at": None, "assigned_to": None, "close_cause": "withdrawn"},
        {"state": "in_progress", "closed_at": None, "close_cause": "", "late_at": paris(10, 9), "is_contested": True},
    ]
    for number, changes in enumerate(shades * 3):
        contract, author = ((sprint, bob), (sprint, alice), (other, chloe))[number % 3]
        at = paris(2, 9) - timedelta(days=23 * number)
        factories.row(contract, author, registered_at=at, **changes)
    factories.waiting(sprint, bob, late_at=NOW + timedelta(hours=1), registered_at=paris(19, 9))
    factories.waiting(sprint, bob, late_at=NOW - timedelta(hours=1), registered_at=paris(18, 9), team=team)
    return sprint


def opened(url, found, period=YEAR):
    """How many requests the list behind *url* holds."""
    asked = dict(parse_qsl(urlsplit(url).query))
    wanted = queries.wanted_from(asked)
    span = None if asked["period"] == "all" else period
    return queries.requests_behind(found, wanted, span, now=NOW).count()


class TestFiguresOpenTheirLists:
    def test_of_the_publisher(self, filled):
        found = queries.publisher_board(YEAR, now=NOW)
        links = shown.Links("/", "12")
        board, rows = found.board, Request.objects.all()
        lines = [line for name in board.by for line in shown.split(name, board.by[name], links).lines]
        charts = (shown.months_chart(board, links), shown.times_chart(board, links), shown.ratings_chart(board, links))
        cells = [cell for chart in charts for _name, row in chart.rows for cell in row if cell[1]]

        assert {name: len(board.by[name]) for name in board.by} == {
            "kind": 3, "product": 2, "team": 2, "technician": 6, "client": 2,
        }  # fmt: skip
        assert [opened(line.urls[key], rows) for line in lines for key in line.urls] == [
            getattr(line.tally, key) for line in lines for key in line.urls
        ]
        assert [opened(url, rows) for _value, url in cells] == [value for value, _url in cells]
        assert opened(links.to("open", period="all"), rows) == found.open_now
        assert opened(links.to("late", period="all"), rows) == found.late_now

    @pytest.mark.parametrize("figure", ["counted", "on_time", "missed", "running", "withdrawn", "excluded", "filed"])
    def test_of_a_share(self, filled, figure):
        row = queries.current_share(filled, now=NOW)
        wanted = queries.wanted_from({"figure": figure, "contract": str(filled.pk)})
        found = queries.requests_behind(Request.objects.all(), wanted, row.period, now=NOW)

        assert found.count() == getattr(row.tally, figure)

    def test_of_a_person_who_sees_only_their_own(self, filled, bob):
        own = Request.objects.filter(filed_by=bob)
        found = queries.client_board(own, YEAR, now=NOW)

        assert found.board.whole.filed == own.filter(registered_at__gte=periods.since(YEAR)).count()
        assert [name for _key, name, _tally in found.board.by["person"]] == ["Bob"]


class TestBoard:
    def test_times_are_those_of_the_pick_ups(self, filled):
        times = queries.publisher_board(YEAR, now=NOW).board.times

        assert (times.counted, times.median_s, times.longest_s) == (12, 600, 30_000)

    def test_filters_narrow_every_figure(self, filled):
        found = queries.publisher_board(YEAR, now=NOW, kind="question")

        assert (found.board.whole.filed, found.board.whole.missed) == (2, 2)

    def test_second_clocks_show_both_results_with_and_without_pauses(self, care, bob, denis):
        request = support.file(bob, at=paris(2, 9))
        support.pick_up(request, denis, at=paris(2, 10))
        by = support.PUBLISHER
        desk.qualify_anomaly(request, 1, reproduction="Vu.", is_reproduced=True, by=by, now=paris(2, 10))
        desk.pause(request, reason="Fichier attendu.", by=by, now=paris(2, 11))
        desk.resume(request, by=by, now=paris(5, 11))
        desk.propose(request, "action_plan", text="Correctif mardi.", by=by, now=paris(5, 12))
        board = queries.client_board(Request.objects.all(), ALL, now=NOW)
        line = shown.second_lines(board.second, shown.Links("/", "12"))[0]

        assert (line.started, line.kept, line.kept_unpaused) == (1, 1, 0)

    def test_exclusions_are_shown_with_their_clause(self, care, bob, denis):
        request = support.file(bob, at=paris(2, 9))
        desk.exclude(request, "C-14", reason="Injoignable.", evidence="Journal", by=PUBLISHER, now=paris(2, 10))
        board = queries.client_board(Request.objects.all(), ALL, now=NOW)

        assert board.exclusions == {request: "C-14"}

    def test_a_kept_board_is_made_again_after_an_event_and_after_a_minute(self, care, bob):
        made, kept = [], Kept()

        def board():
            made.append(1)
            return len(made)

        first = [kept.get("board", board, now=NOW) for _ in range(3)]
        support.file(bob)
        after = kept.get("board", board, now=NOW)
        later = kept.get("board", board, now=NOW + timedelta(minutes=1))

        assert (first, after, later) == ([1, 1, 1], 2, 3)

    def test_a_board_asked_twice_at_once_is_made_once(self, committed_control):
        made, kept = [], Kept()

        def board():
            made.append(1)
            time.sleep(0.2)

        at_once(*[lambda: kept.get("board", board, now=NOW)] * 2)

        assert made == [1]

    def test_who_asks_while_another_counts_takes_what_was_counted_lately(self, committed_control, monkeypatch):
        kept, asked = Kept(), []

        def recount():
            asked.append(kept.get("board", lambda: "never", now=NOW))
            return "after"

        kept.get("board", lambda: "before", now=NOW)
        monkeypatch.setattr(results, "last_event", lambda: -1)

        assert (kept.get("board", recount, now=NOW), asked) == ("after", ["before"])

    def test_a_year_is_counted_from_the_index_alone(self, filled, control):
        from django.db import connection

        from livret.care.support.queries import statistics

        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            # Those that read rows; one on the index alone may, and is then as little wanted: the cost decides.
            cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL seq_page_cost = 1000000")
        inside = statistics.between(Request.objects.all(), periods.since(YEAR), periods.until(YEAR))
        rows = statistics.annotated(inside, now=NOW).order_by().values_list("kind", "standing_is", "phase")

        assert "Index Only Scan using request_figures" in rows.explain()


@pytest.mark.parametrize(
    "asked",
    [
        {"figure": "unknown"},
        {"figure": "missed", "team": "x"},
        {"figure": "missed", "person": "not-a-uuid"},
        {"figure": "missed", "month": "2026-13"},
        {"figure": "missed", "bucket": "-1"},
    ],
)
def test_an_address_that_names_no_figure_or_value_is_refused(asked):
    assert queries.wanted_from(asked) is None


def test_no_event_is_left_uncounted_by_the_token(care, bob):

    support.file(bob)

    assert results.last_event() == RequestEvent.objects.order_by("-pk").first().pk

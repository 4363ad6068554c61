"""What the pages show after the pick-up: the second clock, the qualification, what is contested."""

from __future__ import annotations

import pytest

from livret.booklet.support import AnomalyLevel
from livret.care.support import queries, services
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris
from livret.care.support.views.answers import request_facts
from livret.clients.actors import actor_of


@pytest.fixture
def picked_up(care, bob, denis):
    """Bob's request, picked up on Monday 2 November 2026 at 15:30."""
    return factories.pick_up(factories.file(bob), denis, at=paris(2, 15, 30))


@pytest.fixture
def qualified(picked_up, denis):
    """Qualify it on Monday at 16:00."""

    def at_level(level: int, **options):
        reproduction = {"reproduction": "Reproduit sur une base vide.", "is_reproduced": True}
        services.qualify_anomaly(
            picked_up, AnomalyLevel(level), **reproduction, by=actor_of(denis), now=paris(2, 16), **options
        )
        return picked_up

    return at_level


def shown(request, *, at=None):
    return request_facts(request, is_staff=False, now=at or paris(3, 10), file_url=lambda file: "")


def test_before_qualification_there_is_no_second_clock(picked_up):
    facts = shown(picked_up)

    assert (facts["second"], facts["qualified"], facts["contests"]) == (None, None, [])


def test_level_two_gives_six_business_days(qualified):
    second = shown(qualified(2))["second"]

    assert second.due == paris(10, 17)
    assert (str(second.step), second.target, second.clause) == ("Correction ou contournement", "6 jours ouvrés", "C-14")
    assert second.is_moved is False


def test_level_one_gives_twelve_business_hours(qualified):
    second = shown(qualified(1))["second"]

    assert second.due == paris(4, 12)
    assert second.target == "12 heures ouvrées"


def test_level_three_says_that_no_delay_is_promised(qualified):
    facts = shown(qualified(3))

    assert facts["second"] is None
    assert facts["qualified"].no_delay == "Aucun délai n’est promis pour ce niveau."


def test_a_pause_shows_its_reason_and_both_due_instants(qualified, denis):
    request = qualified(1)
    services.pause(request, reason="En attente de votre fichier", by=actor_of(denis), now=paris(3, 9))
    services.resume(request, by=actor_of(denis), now=paris(3, 11))
    second = shown(request, at=paris(3, 12))["second"]

    assert (second.due, second.unpaused_due) == (paris(4, 14), paris(4, 12))
    assert [pause.reason for pause in second.pauses] == ["En attente de votre fichier"]


def test_while_a_pause_lasts_nothing_is_due(qualified, denis):
    request = qualified(1)
    services.pause(request, reason="En attente", by=actor_of(denis), now=paris(3, 9))
    second = shown(request)["second"]

    assert (second.due, second.is_paused, str(second.mark.label)) == (None, True, "En pause")


@pytest.mark.parametrize(
    ("at", "word"),
    [(paris(3, 9), "Dans les temps"), (paris(4, 11, 30), "Échéance proche"), (paris(4, 14), "En retard")],
)
def test_the_mark_follows_the_business_time(qualified, at, word):
    assert str(shown(qualified(1), at=at)["second"].mark.label) == word


def test_what_was_contested_and_answered_is_shown(qualified, bob, denis):
    request = qualified(3)
    services.contest(request, "qualification", reason="C’est bloquant", by=actor_of(bob), now=paris(3, 9))
    opened = shown(request)["contests"]
    services.answer_contest(
        request,
        "qualification",
        is_accepted=False,
        words="Un contournement existe",
        by=actor_of(denis),
        now=paris(3, 9),
    )
    upheld = shown(request)["contests"]

    assert [(row.state, row.may_contest, row.reason) for row in opened] == [("open", False, "C’est bloquant")]
    assert [(row.state, row.may_contest, row.answer) for row in upheld] == [("upheld", True, "Un contournement existe")]


def test_an_accepted_contest_leaves_no_qualification(qualified, bob, denis):
    request = qualified(3)
    services.contest(request, "qualification", reason="Non", by=actor_of(bob), now=paris(3, 9))
    services.answer_contest(
        request, "qualification", is_accepted=True, words="D’accord", by=actor_of(denis), now=paris(3, 9)
    )
    facts = shown(request)

    assert facts["qualified"] is None
    assert [(row.state, row.may_contest) for row in facts["contests"]] == [("accepted", False)]


def test_what_it_was_told_to_be_is_shown_with_its_clause(picked_up):
    standing = shown(picked_up)["standing"]

    assert (str(standing.label), standing.clause) == ("Dans les engagements", "C-14")
    assert queries.booklet_of(picked_up).id == "care"

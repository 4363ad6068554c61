"""The customer space: what a person may do with a request, and what is refused, with what was typed kept."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from livret.booklet.support import AnomalyLevel
from livret.care.support import services
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people


def at(name, request, *others):
    return reverse(f"support:{name}", args=[request.number, *others])


def words_of(answer) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def waiting(care, bob):
    return factories.file(bob)


@pytest.fixture
def taken(waiting, denis):
    return factories.pick_up(waiting, denis, at=paris(2, 15, 10))


@pytest.fixture
def qualified(taken, denis):
    """An anomaly of level 2, reproduced."""
    services.qualify_anomaly(
        taken,
        AnomalyLevel.INOPERATIVE,
        reproduction="Reproduit sur une base vide.",
        is_reproduced=True,
        by=actor_of(denis),
        now=paris(2, 15, 20),
    )
    return taken


@pytest.fixture
def proposed(qualified, denis):
    """A workaround waits for Bob's word."""
    services.propose(qualified, "workaround", text="Passez par l’export.", by=actor_of(denis), now=paris(2, 15, 30))
    return qualified


@pytest.fixture
def closed(proposed, denis):
    services.close(proposed, "workaround", by=actor_of(denis), now=paris(2, 15, 40))
    return proposed


def state(request):
    request.refresh_from_db()
    return request.state


class TestPage:
    def test_the_second_clock_is_shown_with_its_clause(self, qualified, bob, page_of):
        shown = words_of(page_of(bob).get(qualified.get_absolute_url()))

        assert "Qualifiée comme anomalie de niveau 2" in shown
        assert "Correction ou contournement" in shown
        assert "10 novembre 2026 à 17 h 00" in shown.replace("\xa0", " ").replace("\u202f", " ")
        assert "Dans les engagements" in shown

    def test_a_proposal_asks_whether_it_helps(self, proposed, bob, page_of):
        shown = words_of(page_of(bob).get(proposed.get_absolute_url()))

        assert "C’est à vous" in shown
        assert at("confirmation", proposed) in shown
        assert at("reopening", proposed) in shown

    def test_while_support_works_nothing_is_to_be_confirmed(self, taken, bob, page_of):
        shown = words_of(page_of(bob).get(taken.get_absolute_url()))

        assert at("confirmation", taken) not in shown
        assert at("reopening", taken) not in shown
        assert at("contest", taken) not in shown
        assert at("withdrawal", taken) in shown

    def test_a_closed_request_may_be_rated_and_reopened(self, closed, bob, page_of):
        shown = words_of(page_of(bob).get(closed.get_absolute_url()))

        assert at("rating", closed) in shown
        assert at("reopening", closed) in shown
        assert at("withdrawal", closed) not in shown


class TestConfirmation:
    def test_it_helps_and_the_request_ends(self, proposed, bob, page_of):
        answer = page_of(bob).post(at("confirmation", proposed), {"text": "Merci"})

        assert answer.status_code == 302
        assert state(proposed) == "closed"
        assert (proposed.close_cause, proposed.events.last().text) == ("workaround", "Merci")

    def test_nothing_is_confirmed_before_the_pick_up(self, waiting, bob, page_of):
        answer = page_of(bob).post(at("confirmation", waiting), {"text": "Merci quand même"})

        assert answer.status_code == 422
        assert "il n’y a rien à confirmer" in words_of(answer)
        assert "Merci quand même" in words_of(answer)
        assert state(waiting) == "waiting"

    def test_a_closed_request_is_not_closed_twice(self, closed, bob, page_of):
        answer = page_of(bob).post(at("confirmation", closed), {})

        assert answer.status_code == 422
        assert "est déjà close" in words_of(answer)


class TestReopening:
    @pytest.mark.parametrize("stage", ["proposed", "closed"])
    def test_it_does_not_help(self, stage, bob, page_of, request):
        found = request.getfixturevalue(stage)
        answer = page_of(bob).post(at("reopening", found), {"text": "L’export est vide."})

        assert answer.status_code == 302
        assert state(found) == "in_progress"
        assert found.events.last().text == "L’export est vide."

    def test_a_reason_is_wanted(self, proposed, bob, page_of):
        answer = page_of(bob).post(at("reopening", proposed), {"text": " "})

        assert answer.status_code == 422
        assert "obligatoire" in words_of(answer)
        assert state(proposed) == "answered"

    def test_an_open_request_without_a_proposal_is_not_reopened(self, taken, bob, page_of):
        answer = page_of(bob).post(at("reopening", taken), {"text": "Toujours rien"})

        assert answer.status_code == 422
        assert "écrivez plutôt un message" in words_of(answer)
        assert "Toujours rien" in words_of(answer)

    def test_a_request_taken_back_unread_is_filed_anew(self, waiting, bob, page_of):
        browser = page_of(bob)
        browser.post(at("withdrawal", waiting), {})
        answer = browser.post(at("reopening", waiting), {"text": "Finalement si"})

        assert answer.status_code == 422
        assert "déposez une nouvelle demande" in words_of(answer)


class TestWithdrawal:
    def test_who_filed_it_takes_it_back(self, waiting, bob, page_of):
        page_of(bob).post(at("withdrawal", waiting), {"text": "Trouvé tout seul"})

        assert (state(waiting), waiting.close_cause) == ("closed", "withdrawn")

    def test_a_reader_does_not(self, waiting, atelier, bob, page_of):
        carla = people.make_account(atelier, "Carla")
        services.share(waiting, carla, by=actor_of(bob), now=paris(2, 15))
        answer = page_of(carla).post(at("withdrawal", waiting), {})

        assert answer.status_code == 403
        assert "Adressez-vous à Bob" in words_of(answer)
        assert state(waiting) == "waiting"


class TestContest:
    def test_a_qualification_is_contested_with_a_reason(self, qualified, bob, page_of):
        browser = page_of(bob)
        browser.post(at("contest", qualified), {"what": "qualification", "text": "C’est bloquant."})
        shown = words_of(browser.get(qualified.get_absolute_url()))

        assert "Contestation en attente de réponse" in shown
        assert "C’est bloquant." in shown
        assert at("contest", qualified) not in shown

    def test_the_answer_of_support_is_shown(self, qualified, bob, denis, page_of):
        browser = page_of(bob)
        browser.post(at("contest", qualified), {"what": "qualification", "text": "C’est bloquant."})
        services.answer_contest(
            qualified,
            "qualification",
            is_accepted=False,
            words="Un contournement existe.",
            by=actor_of(denis),
            now=paris(2, 16),
        )
        shown = words_of(browser.get(qualified.get_absolute_url()))

        assert "Décision maintenue" in shown
        assert "Un contournement existe." in shown

    @pytest.mark.parametrize(
        ("sent", "message"),
        [
            ({"what": "exclusion", "text": "Non exclue"}, "Il n’y a rien à contester à ce sujet"),
            ({"what": "prix", "text": "Trop cher"}, "prix"),
            ({"what": "qualification", "text": ""}, "obligatoire"),
            ({"text": "Sans objet"}, "obligatoire"),
        ],
    )
    def test_what_cannot_be_contested_is_refused_and_kept(self, qualified, bob, page_of, sent, message):
        answer = page_of(bob).post(at("contest", qualified), sent)

        assert answer.status_code == 422
        assert message in words_of(answer)
        assert sent["text"] in words_of(answer)
        assert not qualified.events.filter(kind="contested").exists()

    def test_it_is_not_contested_twice(self, qualified, bob, page_of):
        browser, sent = page_of(bob), {"what": "qualification", "text": "Non"}
        first, second = (browser.post(at("contest", qualified), sent) for _ in range(2))

        assert (first.status_code, second.status_code) == (302, 422)
        assert "le support doit encore répondre" in words_of(second)


class TestRating:
    def test_the_last_rating_counts(self, closed, bob, page_of):
        browser = page_of(bob)
        browser.post(at("rating", closed), {"score": "2"})
        browser.post(at("rating", closed), {"score": "4", "text": "Mieux"})
        closed.refresh_from_db()

        assert closed.rating == 4
        assert "Modifier votre évaluation (4 sur 5)" in words_of(browser.get(closed.get_absolute_url()))

    @pytest.mark.parametrize("score", ["", "0", "6", "cinq"])
    def test_a_rating_is_one_to_five(self, closed, bob, page_of, score):
        answer = page_of(bob).post(at("rating", closed), {"score": score, "text": "Avis gardé"})

        assert answer.status_code == 422
        assert "Avis gardé" in words_of(answer)

    def test_an_open_request_is_not_rated(self, taken, bob, page_of):
        answer = page_of(bob).post(at("rating", taken), {"score": "5"})

        assert answer.status_code == 422
        assert "vous pourrez l’évaluer" in words_of(answer)


class TestSuspended:
    """What a new request does not get while support is suspended, an old one does not get either."""

    @pytest.fixture
    def suspended(self, closed, farid):
        facts = {"reason": "À former", "from_at": paris(2, 15, 50), "by": actor_of(farid), "now": paris(2, 15, 50)}
        services.suspend_support(closed.client, "untrained_users", **facts)
        return closed

    def test_the_client_does_not_open_a_closed_request_again(self, suspended, bob, page_of):
        answer = page_of(bob).post(at("reopening", suspended), {"text": "Encore une fois."})
        suspended.refresh_from_db()

        assert answer.status_code == 422
        assert "le support est suspendu" in words_of(answer)
        assert "Encore une fois." in words_of(answer)
        assert suspended.is_closed

    def test_a_technician_may(self, suspended, denis):
        services.reopen(suspended, reason="À reprendre.", by=actor_of(denis), now=paris(2, 16))

        assert not type(suspended).objects.get(pk=suspended.pk).is_closed

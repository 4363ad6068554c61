"""The telephone on the console, as technicians and administrators use it."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from livret.care.phone import services
from livret.care.phone.models import Call, CtiKey
from livret.care.phone.tests import factories
from livret.care.support.models import Request
from livret.care.support.tests import factories as support
from livret.clients.actors import actor_of

NOW = support.paris(2, 16)
CALLS, SETTINGS = "/console/telephone/", "/console/telephone/reglages/"


def words_of(answer) -> str:
    """What a page says, in one line."""
    text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode())
    return " ".join(unescape(text).split())


def act(call, name):
    return reverse(f"phone_console:{name}", args=[call.uuid])


@pytest.fixture
def waits(key):
    """A call that waits at 16:00."""
    return lambda **facts: factories.arrive(key, at=NOW, **facts)


@pytest.fixture
def typed():
    """A request as a technician types it during a call."""
    return {
        "nonce": str(uuid4()),
        "kind": "malfunction",
        "product": "finance",
        "subject": "La balance est vide",
        "context": "Depuis ce matin.",
        "takes": "on",
    }


class TestQueue:
    def test_it_shows_who_is_answered_next_and_by_which_clause(self, open_and_private, denis, waits, page_of):
        plain, private = open_and_private
        for one in (plain, private):
            waits(code=one.call_code)

        page = page_of(denis).get(CALLS)

        assert [row.call.request for row in page.context["waiting"]] == [private, plain]
        assert "Prioritaire Clause § S-13" in words_of(page)
        assert private.get_console_url() in page.content.decode()

    def test_a_number_shows_its_end_only(self, sprint, denis, waits, page_of):
        waits(number="0612345678")

        words = words_of(page_of(denis).get(CALLS))

        assert "••• 78" in words
        assert "0612345678" not in words

    def test_asked_again_it_answers_only_once_something_happened(self, sprint, denis, waits, page_of):
        call, browser = waits(), page_of(denis)
        seen = browser.get(CALLS).context["version"]
        again = {"path": CALLS, "data": {"seen": seen}, "headers": {"HX-Request": "true"}}

        before = browser.get(**again)
        factories.end(call, at=NOW)
        after = browser.get(**again)

        assert (before.status_code, after.status_code) == (204, 200)
        assert after.content.decode().startswith('<div id="calls"')

    def test_its_queries_do_not_grow_with_the_calls(self, sprint, denis, waits, page_of, django_assert_max_num_queries):
        for _ in range(12):
            waits()
        browser = page_of(denis)
        browser.get(CALLS)

        with django_assert_max_num_queries(50):
            browser.get(CALLS)


class TestCall:
    def test_a_technician_answers_and_ends(self, sprint, denis, waits, page_of):
        call, browser = waits(), page_of(denis)

        answered = browser.post(act(call, "answer"))
        ended = browser.post(act(call, "ending"))

        assert (answered.headers["Location"], ended.status_code) == (call.get_console_url(), 302)
        call.refresh_from_db()
        assert (call.state, call.answered_by) == ("ended", denis)

    def test_who_answers_second_is_told_who_was_faster(self, sprint, denis, emma, waits, page_of):
        call = waits()
        factories.answer(call, emma, at=NOW)

        answer = page_of(denis).post(act(call, "answer"))

        assert answer.status_code == 409
        assert "Emma a décroché cet appel le 02/11/2026" in words_of(answer)

    def test_who_answers_after_the_caller_hung_up_is_told(self, sprint, denis, waits, page_of):
        call = factories.end(waits(), at=NOW)

        answer = page_of(denis).post(act(call, "answer"))

        assert answer.status_code == 409
        assert "L’appelant a raccroché." in words_of(answer)

    def test_under_care_the_page_says_what_to_say_and_offers_no_form(self, care, alice, denis, page_of):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=NOW)
        browser = page_of(denis)

        browser.post(act(call, "person"), {"account": alice.pk})
        page = browser.get(call.get_console_url())

        assert "Un appel suppose une demande déjà créée À dire : déposez" in words_of(page).replace("\xa0", " ")
        assert "Enregistrer la demande" not in words_of(page)

    def test_under_care_a_request_forced_through_is_refused_by_its_clause(self, care, alice, denis, typed, page_of):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=NOW)
        services.name_caller(call, alice, by=actor_of(denis), now=NOW)

        answer = page_of(denis).post(act(call, "registration"), {**typed, "criticality": "critique"})

        assert answer.status_code == 422
        assert not Request.objects.exists()

    def test_under_sprint_the_request_is_registered_and_taken(self, sprint, alice, denis, typed, page_of):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=NOW)
        browser = page_of(denis)
        browser.post(act(call, "person"), {"account": alice.pk})

        answer = browser.post(act(call, "registration"), typed)

        request = Request.objects.get()
        assert answer.status_code == 302
        assert (request.channel, request.registered_at, request.assigned_to) == ("phone", NOW, denis)
        assert request.number in words_of(browser.get(call.get_console_url()))

    def test_without_taking_it_the_clock_runs(self, sprint, alice, denis, typed, page_of):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=NOW)
        services.name_caller(call, alice, by=actor_of(denis), now=NOW)
        del typed["takes"]

        page_of(denis).post(act(call, "registration"), typed)

        assert Request.objects.get().state == "waiting"

    @pytest.mark.parametrize("missing", ["subject", "context", "product", "kind"])
    def test_a_form_with_a_gap_keeps_what_was_typed(self, sprint, alice, denis, typed, page_of, missing):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=NOW)
        services.name_caller(call, alice, by=actor_of(denis), now=NOW)

        answer = page_of(denis).post(act(call, "registration"), {**typed, missing: ""})

        assert answer.status_code == 422
        kept = [value for name, value in typed.items() if name in {"subject", "context"} - {missing}]
        assert [value for value in kept if value not in answer.content.decode()] == []

    def test_a_request_without_a_caller_named_is_refused(self, sprint, denis, typed, page_of):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=NOW)

        answer = page_of(denis).post(act(call, "registration"), typed)

        assert answer.status_code == 409
        assert "Dites d’abord qui appelle" in words_of(answer)

    def test_a_person_is_found_by_name(self, sprint, alice, denis, waits, page_of):
        page = page_of(denis).get(waits().get_console_url(), {"q": "alic"})

        assert "C’est Alice" in words_of(page)

    def test_the_publishers_people_do_not_call(self, sprint, denis, emma, waits, page_of):
        assert page_of(denis).post(act(waits(), "person"), {"account": emma.pk}).status_code == 404

    def test_a_code_read_aloud_opens_the_request(self, care, bob, denis, page_of):
        request = support.file(bob)
        call, browser = services.write_call_down(technician=denis, by=actor_of(denis), now=NOW), page_of(denis)

        wrong = browser.post(act(call, "request_link"), {"code": "0000 0000"})
        right = browser.post(act(call, "request_link"), {"code": request.call_code_shown})

        assert (wrong.status_code, right.status_code) == (422, 302)
        assert "Aucune demande n’a ce code d’appel." in words_of(wrong)
        assert request.get_console_url() in browser.get(call.get_console_url()).content.decode()

    @pytest.mark.parametrize(("name", "sent"), [("person", {"account": "x"}), ("request_link", {"code": ""})])
    def test_what_is_not_typed_well_is_refused(self, sprint, denis, waits, page_of, name, sent):
        assert page_of(denis).post(act(waits(), name), sent).status_code == 422

    def test_what_is_over_is_not_changed(self, care, bob, denis, waits, page_of):
        call, browser = factories.end(waits(code=support.file(bob).call_code), at=NOW), page_of(denis)

        answers = [
            browser.post(act(call, "person"), {"account": bob.pk}),
            browser.post(act(call, "request_link"), {"code": support.file(bob).call_code}),
        ]

        assert [answer.status_code for answer in answers] == [409, 409]

    def test_the_plan_connect_is_told_to_the_technician_with_its_clause(self, connect, alice, denis, page_of):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=NOW)
        services.name_caller(call, alice, by=actor_of(denis), now=NOW)

        words = words_of(page_of(denis).get(call.get_console_url()))

        assert "La formule de ce client ne comprend pas le téléphone" in words
        assert "S-13" in words

    def test_a_call_written_down_is_mine(self, sprint, denis, page_of):
        answer = page_of(denis).post("/console/telephone/saisie/")

        call = Call.objects.get()
        assert (answer.headers["Location"], call.answered_by) == (call.get_console_url(), denis)


class TestSettings:
    def test_a_key_is_shown_once(self, gaelle, page_of):
        browser = page_of(gaelle)

        made = browser.post(f"{SETTINGS}cles/", {"name": "Standard"})

        key = CtiKey.objects.get()
        token = made.context["made"].token
        assert services.key_of(token) == key
        assert token in made.content.decode()
        assert token not in browser.get(SETTINGS).content.decode()

    def test_a_name_in_use_is_refused(self, gaelle, key, page_of):
        answer = page_of(gaelle).post(f"{SETTINGS}cles/", {"name": key.name})

        assert answer.status_code == 422
        assert "Une clé en service s’appelle déjà « Standard »" in words_of(answer)

    def test_a_revoked_key_stays_listed(self, gaelle, key, page_of):
        browser = page_of(gaelle)

        browser.post(f"{SETTINGS}cles/{key.pk}/revocation/")

        assert "révoquée par Gaëlle" in words_of(browser.get(SETTINGS))

    def test_the_number_announced_is_told_as_the_publishers(self, gaelle, page_of):
        browser = page_of(gaelle)

        browser.post(f"{SETTINGS}numero/", {"number": "+33 1 99 00 12 34"})

        assert "01 99 00 12 34 l’éditeur" in words_of(browser.get(SETTINGS))

    def test_what_cannot_be_dialled_is_refused(self, gaelle, page_of):
        answer = page_of(gaelle).post(f"{SETTINGS}numero/", {"number": "bientôt"})

        assert answer.status_code == 422
        assert "« bientôt » ne peut pas être composé" in words_of(answer)

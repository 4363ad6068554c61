"""Telephone systems report calls over HTTP."""

from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livret.care.phone import services
from livret.care.phone.models import Call
from livret.care.phone.tests import factories
from livret.care.phone.tests.conftest import (  # noqa: F401
    alice,
    atelier,
    bob,
    care,
    connect,
    denis,
    emma,
    farid,
    open_and_private,
    own_files,
    set_clock,
    sprint,
    vigie,
)
from livret.care.support import services as desk
from livret.care.support.tests import factories as support
from livret.clients import services as clients
from livret.clients.tests import factories as people

TEN = factories.MONDAY_10H
CALLS = "/api/telephonie/appels"


@pytest.fixture
def ten(monkeypatch):
    return set_clock(monkeypatch, TEN)


@pytest.fixture
def made(control):
    return factories.make_key()


@pytest.fixture
def post(client, made, ten):
    """Send a report with the key of the system."""

    def send(path=CALLS, token=made.token, headers=None, **body):
        sent = {"Authorization": f"Bearer {token}", **(headers or {})}
        return client.post(path, body, content_type="application/json", headers=sent)

    return send


@pytest.fixture
def get(client, made, ten):
    return lambda path: client.get(path, headers={"Authorization": f"Bearer {made.token}"})


def arrived(post, **facts):
    return post(**{"external_id": str(uuid4()), **facts}).json()


class TestKey:
    @pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic eDp5", "Bearer é"])
    @pytest.mark.parametrize("path", [CALLS, f"{CALLS}/{UUID(int=7)}/ended"])
    def test_without_a_key_nothing_is_reported(self, control, client, header, path):
        sent = {} if header is None else {"Authorization": header}

        answer = client.post(path, {"external_id": "a"}, content_type="application/json", headers=sent)

        assert answer.status_code == 401
        assert not Call.objects.exists()

    def test_a_revoked_key_reports_nothing_more(self, sprint, post, made):  # noqa: F811
        before = post(external_id="a")
        services.revoke_key(made.key, by=factories.PUBLISHER, now=TEN)

        assert (before.status_code, post(external_id="b").status_code) == (200, 401)

    @pytest.mark.parametrize("act", ["", "/answered", "/transferred", "/ended"])
    def test_the_calls_of_another_system_are_not_found(self, sprint, denis, post, get, act):  # noqa: F811
        theirs = factories.arrive(factories.make_key("Autre").key)
        path = f"{CALLS}/{theirs.uuid}{act}"

        answer = post(path, technician=denis.email) if act else get(path)

        assert answer.status_code == 404


class TestArrival:
    def test_a_call_with_its_code_is_taken_and_told_its_place(self, care, bob, post):  # noqa: F811
        request = support.file(bob, at=support.paris(2, 9))

        answer = arrived(post, code=request.call_code)

        assert answer["accepted"] is True
        assert (answer["position"], answer["request"], answer["client"]) == (1, request.number, "Atelier")
        assert answer["say"] == "Votre appel est le prochain."

    def test_private_overtakes_open(self, open_and_private, post, get):  # noqa: F811
        plain, private = (arrived(post, code=one.call_code) for one in open_and_private)

        waiting = get("/api/telephonie/file").json()

        assert [call["id"] for call in waiting] == [private["id"], plain["id"]]
        assert (private["position"], private["priority"], private["clause"]) == (1, True, "S-13")
        assert get(f"{CALLS}/{plain['id']}").json()["position"] == 2
        assert "priorité" in private["say"]

    def test_the_same_report_again_is_the_same_call(self, care, bob, post):  # noqa: F811
        request = support.file(bob, at=support.paris(2, 9))

        first, again = (arrived(post, external_id="a", code=request.call_code) for _ in range(2))

        assert first == again
        assert Call.objects.count() == 1

    def test_an_unknown_code_is_refused_in_words_to_speak(self, care, post):  # noqa: F811
        answer = arrived(post, code="00000000")

        assert (answer["accepted"], answer["reason"], answer["state"]) == (False, "unknown_code", "refused")
        assert answer["say"].startswith("Ce code d’appel n’existe pas.")

    def test_under_care_without_a_request_the_clause_is_told(self, care, post):  # noqa: F811
        answer = arrived(post, called=factories.CARE_LINE)

        assert (answer["reason"], answer["clause"]) == ("needs_request", "C-14")
        assert "espace client" in answer["say"]

    def test_the_plan_connect_is_told_its_clause(self, connect, alice, post):  # noqa: F811
        request = support.file(alice, kind="customer_service", criticality="", topic="account")

        answer = arrived(post, code=request.call_code)

        assert (answer["reason"], answer["clause"]) == ("no_phone", "S-13")

    def test_a_suspended_client_is_told_its_clause(self, care, bob, post):  # noqa: F811
        request = support.file(bob, at=support.paris(2, 9))
        desk.suspend_support(
            bob.client, "untrained_users", reason="Non formés.", from_at=TEN, by=support.PUBLISHER, now=TEN
        )

        answer = arrived(post, code=request.call_code)

        assert (answer["reason"], answer["clause"]) == ("suspended", "C-14")

    def test_outside_the_hours_the_next_opening_is_told(self, care, bob, post, monkeypatch):  # noqa: F811
        request = support.file(bob, at=support.paris(2, 9))
        set_clock(monkeypatch, support.paris(6, 19))

        answer = arrived(post, code=request.call_code)

        assert (answer["reason"], answer["next_open_at"]) == ("closed", "2026-11-09T08:00:00Z")
        assert "lundi 9 novembre 2026 à 9 h 00" in answer["say"].replace("\xa0", " ")

    def test_in_the_night_of_the_clock_change_the_opening_is_told_in_the_new_time(self, care, bob, post, monkeypatch):  # noqa: F811
        request = support.file(bob, at=support.paris(23, 10, month=10))
        set_clock(monkeypatch, support.paris(25, 2, 30, month=10).replace(fold=1))

        answer = arrived(post, code=request.call_code)

        assert answer["next_open_at"] == "2026-10-26T08:00:00Z"
        assert "lundi 26 octobre 2026 à 9 h 00" in answer["say"].replace("\xa0", " ")

    def test_a_contract_that_ended_opens_no_line(self, care, bob, post, monkeypatch):  # noqa: F811
        request = support.file(bob, at=support.paris(2, 9))
        clients.end_contract(care, until=people.TODAY, by=people.CLERK, at=people.NOW)
        set_clock(monkeypatch, support.paris(27, 10))

        assert arrived(post, code=request.call_code)["reason"] == "no_contract"

    def test_codes_are_locked_after_too_many_bad_ones(self, care, bob, post):  # noqa: F811
        request = support.file(bob, at=support.paris(2, 9))

        bad = [arrived(post, code="00000000", number="0612345678")["reason"] for _ in range(5)]
        locked = arrived(post, code=request.call_code, number="0612345678")

        assert set(bad) == {"unknown_code"}
        assert (locked["reason"], locked["request"]) == ("too_many_codes", "")

    def test_a_system_that_asks_for_english_is_told_in_english(self, care, post):  # noqa: F811
        answer = post(external_id="a", code="00000000", headers={"Accept-Language": "en"}).json()

        assert answer["say"].startswith("This call code does not exist.")

    @pytest.mark.parametrize(
        "facts",
        [
            {"external_id": ""},
            {"external_id": "a\0"},
            {"external_id": "é"},
            {"code": "1" * 21},
            {"number": "anonyme"},
            {"called": "01 23 45 67 89"},
            {"arrived_at": "2026-11-02T10:00:00"},
            {"arrived_at": "hier"},
            {"arrived_at": "2026-11-02T10:05:00+01:00"},
            {"arrived_at": "0001-01-01T00:00:00+14:00"},
            {"arrived_at": "9999-12-31T23:59:59-14:00"},
        ],
        ids=str,
    )
    def test_a_bad_report_is_refused_and_nothing_is_kept(self, sprint, post, facts):  # noqa: F811
        answer = post(**{"external_id": "a", **facts})

        assert answer.status_code == 422
        assert next(iter(facts)) in answer.content.decode()
        assert not Call.objects.exists()


class TestAnswer:
    def test_a_technician_answers_then_hands_on_then_the_call_ends(self, sprint, denis, emma, post):  # noqa: F811
        call = f"{CALLS}/{arrived(post)['id']}"

        answers = [
            post(f"{call}/answered", technician=denis.email),
            post(f"{call}/transferred", technician=emma.email.upper()),
            post(f"{call}/ended"),
            post(f"{call}/ended"),
        ]

        assert [(one.json()["state"], one.json()["answered_by"]) for one in answers] == [
            ("answered", "Denis"),
            ("answered", "Emma"),
            ("ended", "Emma"),
            ("ended", "Emma"),
        ]

    def test_the_second_technician_is_told_who_was_faster(self, sprint, denis, emma, post):  # noqa: F811
        call = f"{CALLS}/{arrived(post)['id']}"
        first, again, other = (post(f"{call}/answered", technician=who.email) for who in (denis, denis, emma))

        assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
        assert "Denis" in other.json()["detail"]

    @pytest.mark.parametrize("act", ["answered", "transferred"])
    def test_what_is_over_is_neither_answered_nor_handed_on(self, sprint, denis, post, act):  # noqa: F811
        call = f"{CALLS}/{arrived(post)['id']}"
        post(f"{call}/ended")

        assert post(f"{call}/{act}", technician=denis.email).status_code == 409

    @pytest.mark.parametrize("address", ["personne@editeur.example", "farid@editeur.example", "", "a\0b"])
    def test_who_is_no_technician_is_refused_by_name(self, sprint, farid, post, address):  # noqa: F811
        call = f"{CALLS}/{arrived(post)['id']}"

        answer = post(f"{call}/answered", technician=address)

        assert answer.status_code == 422
        assert Call.objects.get().state == "waiting"


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    body=st.dictionaries(
        st.sampled_from(["external_id", "code", "number", "called", "arrived_at"]),
        st.text(max_size=40) | st.integers() | st.none() | st.booleans(),
    )
)
def test_any_report_is_answered_or_refused(sprint, post, body):  # noqa: F811
    assert post(**body).status_code in {200, 422}

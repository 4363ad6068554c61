"""The telephone in the customer space."""

import re
from html import unescape

import pytest

from livret.care.phone.tests import factories
from livret.care.phone.tests.conftest import set_clock
from livret.care.support import services as desk
from livret.care.support.tests import factories as support
from livret.clients.tests import factories as people

NOW = support.paris(2, 16)
CALLS, SPACE = "/console/telephone/", "/espace/telephone/"


def words_of(answer) -> str:
    """What a page says, in one line."""
    text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode())
    return " ".join(unescape(text).split())


@pytest.fixture
def waits(key):
    """A call that waits at 16:00."""
    return lambda **facts: factories.arrive(key, at=NOW, **facts)


class TestSpace:
    def test_under_care_the_number_the_hours_and_the_codes_are_told(self, care, bob, page_of):
        request = support.file(bob)

        words = words_of(page_of(bob).get(SPACE))

        assert "0826 888 488" in words
        assert "Le support est ouvert" in words
        assert "Un appel suppose une demande déjà créée" in words
        assert request.call_code_shown in words

    def test_under_sprint_the_number_is_the_publishers(self, sprint, alice, page_of):
        before = words_of(page_of(alice).get(SPACE))
        factories.announce()

        after = words_of(page_of(alice).get(SPACE))

        assert "L’éditeur n’a pas encore annoncé son numéro." in before
        assert "01 99 00 12 34" in after
        assert "fixé par l’éditeur" in after

    def test_the_plan_private_is_told_its_priority(self, vigie, page_of):
        assert "Votre formule donne la priorité à vos appels" in words_of(page_of(vigie).get(SPACE))

    def test_the_plan_connect_is_told_that_it_holds_no_telephone(self, connect, alice, page_of):
        words = words_of(page_of(alice).get(SPACE))

        assert "Votre formule ne comprend pas le téléphone" in words
        assert "S-13" in words

    def test_a_suspended_client_is_told(self, care, bob, page_of):
        desk.suspend_support(
            bob.client, "untrained_users", reason="Non formés.", from_at=NOW, by=support.PUBLISHER, now=NOW
        )

        assert "Non formés." in words_of(page_of(bob).get(SPACE))

    def test_outside_the_hours_the_next_opening_is_told(self, care, bob, page_of, monkeypatch):
        browser = page_of(bob)
        set_clock(monkeypatch, support.paris(6, 17))

        assert "Il ouvre le lundi 9 novembre 2026 à 9 h 00" in words_of(browser.get(SPACE))

    def test_without_a_contract_nothing_is_promised(self, bob, page_of):
        assert "Aucun contrat en vigueur" in words_of(page_of(bob).get(SPACE))

    def test_my_place_moves_as_others_are_answered(self, open_and_private, alice, denis, waits, page_of):
        plain, private = open_and_private
        browser = page_of(alice)
        waits(code=plain.call_code)
        first = waits(code=private.call_code)

        before = words_of(browser.get(f"{SPACE}attente/"))
        factories.answer(first, denis, at=NOW)
        after = words_of(browser.get(f"{SPACE}attente/"))

        assert "Votre appel est en position 2 dans la file." in before
        assert "Votre appel est le prochain." in after
        assert "Trop peu d’appels pour annoncer une durée d’attente." in after

    def test_a_colleague_sees_no_call_about_a_request_that_is_not_theirs(self, care, alice, bob, waits, page_of):
        waits(code=support.file(alice).call_code)

        assert words_of(page_of(bob).get(f"{SPACE}attente/")) == ""

    def test_once_answered_the_page_names_the_technician(self, care, bob, denis, waits, page_of):
        factories.answer(waits(code=support.file(bob).call_code), denis, at=NOW)

        assert "Vous parlez avec Denis" in words_of(page_of(bob).get(SPACE))

    def test_another_client_sees_none_of_it(self, care, bob, chloe, waits, page_of):
        waits(code=support.file(bob).call_code)

        assert words_of(page_of(chloe).get(f"{SPACE}attente/")) == ""


def test_the_menu_leads_there(care, bob, page_of):
    assert f'href="{SPACE}"' in page_of(bob).get(SPACE).content.decode()


def test_people_of_customer_service_do_not_answer_support(control, page_of):
    assert page_of(people.make_staff("Farid", "customer_service")).get(CALLS).status_code == 403

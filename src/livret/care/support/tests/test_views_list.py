"""The customer space: sharing a request with colleagues, and the list of what a person may read."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from livret.care.support import services
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people

LIST, SHEET = reverse("support:requests"), reverse("support:listing")


def at(name, request, *others):
    return reverse(f"support:{name}", args=[request.number, *others])


def words_of(answer) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def waiting(care, bob):
    return factories.file(bob)


@pytest.fixture
def closed(waiting, denis):
    factories.pick_up(waiting, denis, at=paris(2, 15, 10))
    services.close(waiting, "answered", by=actor_of(denis), now=paris(2, 15, 40))
    return waiting


class TestSharing:
    @pytest.fixture
    def carla(self, atelier):
        return people.make_account(atelier, "Carla")

    def test_a_colleague_reads_and_writes_from_then_on(self, waiting, bob, carla, page_of):
        page_of(bob).post(at("shares", waiting), {"account": str(carla.pk)})
        browser = page_of(carla)
        said = browser.post(
            at("messages", waiting), {"nonce": "7d8b7f0e-8a7c-4b0e-9f43-1d2c3b4a5968", "text": "Moi aussi"}
        )

        assert said.status_code == 302
        assert "Partagée avec moi" in words_of(browser.get(LIST))
        assert "Moi aussi" in words_of(browser.get(waiting.get_absolute_url()))

    def test_a_reader_does_not_share_further(self, waiting, atelier, bob, carla, page_of):
        services.share(waiting, carla, by=actor_of(bob), now=paris(2, 15))
        dora = people.make_account(atelier, "Dora")
        browser = page_of(carla)
        answer = browser.post(at("shares", waiting), {"account": str(dora.pk)})

        assert answer.status_code == 403
        assert waiting.shares.count() == 1
        assert at("shares", waiting) not in words_of(browser.get(waiting.get_absolute_url()))

    def test_an_administrator_shares_the_request_of_another(self, waiting, alice, carla, page_of):
        assert page_of(alice).post(at("shares", waiting), {"account": str(carla.pk)}).status_code == 302
        assert waiting.shares.get().account == carla

    def test_somebody_of_another_company_is_no_choice(self, waiting, bob, chloe, page_of):
        answer = page_of(bob).post(at("shares", waiting), {"account": str(chloe.pk)})

        assert answer.status_code == 422
        assert "Chloé" not in words_of(answer)
        assert not waiting.shares.exists()

    def test_those_who_read_it_already_are_no_choice(self, waiting, alice, bob, carla, page_of):
        services.share(waiting, carla, by=actor_of(bob), now=paris(2, 15))
        shown = words_of(page_of(bob).get(waiting.get_absolute_url()))

        assert f'action="{at("shares", waiting)}"' not in shown
        assert f"Ne plus partager avec {carla.full_name}" in shown

    def test_the_end_of_a_share_closes_the_request_to_them(self, waiting, bob, carla, page_of):
        services.share(waiting, carla, by=actor_of(bob), now=paris(2, 15))
        page_of(bob).post(at("share_end", waiting, carla.pk))

        assert page_of(carla).get(waiting.get_absolute_url()).status_code == 404

    def test_a_share_that_does_not_exist_is_not_found(self, waiting, bob, carla, page_of):
        assert page_of(bob).post(at("share_end", waiting, carla.pk)).status_code == 404


class TestList:
    def test_a_late_request_says_so(self, waiting, bob, page_of, monkeypatch):
        monkeypatch.setattr("livret.core.clock.now", lambda: paris(5, 10))

        assert "En retard" in words_of(page_of(bob).get(LIST))

    @pytest.mark.parametrize(
        ("query", "is_listed"),
        [
            ({}, True),
            ({"state": "open"}, False),
            ({"state": "closed"}, True),
            ({"kind": "malfunction"}, True),
            ({"kind": "question"}, False),
            ({"q": "balances"}, True),
            ({"q": "licorne"}, False),
            ({"state": "inconnu", "kind": "inconnu"}, True),
        ],
    )
    def test_filters_keep_what_they_name(self, closed, bob, page_of, query, is_listed):
        browser = page_of(bob)

        assert (closed.number in words_of(browser.get(LIST, query))) is is_listed
        assert (closed.number in browser.get(SHEET, query).content.decode("utf-8-sig")) is is_listed

    def test_the_sheet_has_a_line_for_each_request(self, closed, bob, page_of):
        answer = page_of(bob).get(SHEET)
        heading, line = answer.content.decode("utf-8-sig").splitlines()

        assert heading.startswith("Numéro;Objet;Nature;Produit;État;Criticité;Déposée par;")
        assert line.startswith(
            f"{closed.number};La balance ne s’affiche plus;Dysfonctionnement;Finance;Close;Critique;Bob"
        )
        assert answer["Content-Disposition"] == 'attachment; filename="demandes-2026-11-02.csv"'

    def test_a_subject_never_runs_as_a_formula(self, care, bob, page_of):
        factories.file(bob, subject='=HYPERLINK("http://x")')

        assert ";\"'=HYPERLINK" in page_of(bob).get(SHEET).content.decode("utf-8-sig")

    def test_the_sheet_holds_only_what_the_person_may_read(self, waiting, alice, chloe, page_of):
        hers = factories.file(alice)

        assert hers.number not in page_of(chloe).get(SHEET).content.decode("utf-8-sig")

"""The pages of payments, as the people of a company see them."""

import re
from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.models import AuxiliaryAccount
from livret.suite.finance.payments.models import PaidLine, PaymentBatch
from livret.suite.finance.payments.tests.factories import buy, make_books, make_supplier


@pytest.fixture
def due(environment, monkeypatch):
    """An invoice that falls due, and the name of its fields; today is 2 March 2026."""
    monkeypatch.setattr("livret.core.clock.today", lambda: date(2026, 3, 2))
    with inside(environment.place):
        bank = make_books()
        entry, position = buy(make_supplier(bank.company), 10_000)
        siren = bank.company.siren
    return f"/e/{environment.slug}/comptabilite/{siren}/paiements/", bank.pk, f"{entry}-{position}"


def typed(bank, name, amount="100,00"):
    facts = {"bank_account": str(bank), "execution_on": "2026-03-02", "schema": "pain.001.001.09"}
    return {**facts, f"pay-{name}": "on", f"amount-{name}": amount}


def seen_on(page):
    """Return what the form of approval on *page* sends."""
    return {"seen": re.search('name="seen" value="([0-9a-f]{64})"', page.content.decode())[1]}


def test_what_falls_due_is_ticked_paid_and_sent(browse, environment, due):
    url, bank, name = due
    browser = browse()

    page = browser.get(f"{url}proposition/")
    batch = browser.post(f"{url}proposition/", typed(bank, name)).headers["location"]
    approved = browser.post(f"{batch}approbation/", seen_on(browser.get(batch)))
    file = browser.get(f"{batch}fichier/")
    sent = browser.post(f"{batch}envoi/", follow=True)

    assert "Papeterie du Port" in page.content.decode()
    assert (approved.status_code, file.headers["content-type"]) == (302, "application/xml")
    assert b"pain.001.001.09" in b"".join(file.streaming_content)
    assert "Les paiements sont dans les livres" in sent.content.decode()
    assert browser.get(url).status_code == 200


def test_an_amount_that_is_too_high_comes_back_with_what_was_typed(browse, environment, due):
    url, bank, name = due

    answer = browse().post(f"{url}proposition/", typed(bank, name, "100,01"))

    assert answer.status_code == 422
    assert "dépasse ce qui y reste ouvert" in answer.content.decode()


@pytest.mark.parametrize("amount", ["", "cent", "1e400"])
def test_an_amount_that_cannot_be_read_is_said(browse, environment, due, amount):
    url, bank, name = due

    answer = browse().post(f"{url}proposition/", typed(bank, name, amount))

    assert answer.status_code == 422
    with inside(environment.place):
        assert not PaymentBatch.objects.exists()


@pytest.mark.parametrize("name", ["pay-", "pay-1", "pay-x-y", "pay-99999999999999999999-1", "pay-1-2-3"])
def test_fields_that_name_no_line_pay_nothing(browse, environment, due, name):
    url, bank, _name = due
    facts = {"bank_account": str(bank), "execution_on": "2026-03-02", "schema": "pain.001.001.09", name: "on"}

    assert browse().post(f"{url}proposition/", facts).status_code == 422


def test_a_reader_sees_batches_with_masked_ibans_and_gets_no_file(browse, environment, due):
    url, bank, name = due
    batch = browse().post(f"{url}proposition/", typed(bank, name)).headers["location"]

    page = browse("bob").get(batch).content.decode()

    assert "FR76 •••• 0189" in page
    assert "FR7630006000011234567890189" not in page
    assert browse("bob").get(f"{batch}fichier/").status_code == 403


def test_who_only_writes_prepares_and_cannot_approve(browse, environment, due):
    url, bank, name = due
    batch = browse("rose").post(f"{url}proposition/", typed(bank, name)).headers["location"]

    assert browse("rose").post(f"{batch}approbation/").status_code == 403


def test_a_batch_without_file_gives_none(browse, environment, due):
    url, bank, name = due
    batch = browse().post(f"{url}proposition/", typed(bank, name)).headers["location"]

    assert browse().get(f"{batch}fichier/").status_code == 404


def test_a_batch_is_cancelled_with_its_reason(browse, environment, due):
    url, bank, name = due
    browser = browse()
    batch = browser.post(f"{url}proposition/", typed(bank, name)).headers["location"]

    refused = browser.post(f"{batch}annulation/", {"reason": " "})
    page = browser.post(f"{batch}annulation/", {"reason": "Litige en cours"}, follow=True).content.decode()

    assert refused.status_code == 422
    assert "Litige en cours" in page


def test_a_line_is_taken_out_on_the_page_of_the_batch_and_told_there(browse, environment, due):
    url, bank, name = due
    with inside(environment.place):
        other = buy(AuxiliaryAccount.objects.get(number="F001"), 300, piece="FA-2")
    facts = {**typed(bank, name), **typed(bank, f"{other[0]}-{other[1]}", "3,00")}
    batch = browse("rose").post(f"{url}proposition/", facts).headers["location"]
    with inside(environment.place):
        line = PaidLine.objects.get(entry=other[0]).pk

    page = browse("rose").post(f"{batch}retraits/", {"line": line}, follow=True).content.decode()
    again = browse("rose").post(f"{batch}retraits/", {"line": "x"})

    assert "Retiré de l’ordre" in page
    assert "FA-2" in page
    assert (again.status_code, browse("bob").post(f"{batch}retraits/").status_code) == (422, 403)


def test_an_approval_of_what_is_no_longer_in_the_batch_shows_it_again(browse, environment, due):
    url, bank, name = due
    with inside(environment.place):
        note = buy(AuxiliaryAccount.objects.get(number="F001"), -3_000, piece="AV-1")
    facts = {**typed(bank, name), **typed(bank, f"{note[0]}-{note[1]}", "-30,00")}
    batch = browse().post(f"{url}proposition/", facts).headers["location"]
    seen = seen_on(browse().get(batch))
    with inside(environment.place):
        line = PaidLine.objects.get(entry=note[0]).pk
    browse("rose").post(f"{batch}retraits/", {"line": line})
    browser = browse()

    refused = browser.post(f"{batch}approbation/", seen)
    blind = browser.post(f"{batch}approbation/")

    assert (refused.status_code, blind.status_code) == (422, 422)
    assert "a changé depuis que vous l’avez consulté" in refused.content.decode()
    assert browser.post(f"{batch}approbation/", seen_on(refused)).status_code == 302

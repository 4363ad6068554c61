"""A file whose fiscal year already holds entries, or whose accounts bear other labels: said before it is confirmed."""

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.models import ImportRun
from livret.suite.finance.tests.factories import checked, fec_bytes, fec_line, imported, sale
from livret.suite.finance.tests.test_pages import HOME, send, text_of

BOX = 'name="adds"'
FACTS = {
    "siren": "732829320",
    "company_name": "Ateliers Lumen",
    "first_day": "2025-01-01",
    "last_day": "2025-12-31",
}


@pytest.fixture
def preview(browse, books_of_2025):
    return send(browse(), fec_bytes(sale("3")))


def confirm(browser, preview, **changed):
    return browser.post(f"{HOME}fec/{preview.context['run'].pk}/confirmation/", {**FACTS, **changed})


def state_of(environment, preview):
    with inside(environment.place):
        return ImportRun.objects.get(pk=preview.context["run"].pk).state


def test_the_preview_says_how_many_entries_the_year_holds(preview):
    assert "L’exercice 2025 contient déjà 2 écritures" in text_of(preview)
    assert BOX in preview.content.decode()


def test_adding_to_them_takes_a_tick(browse, preview, environment):
    refused = confirm(browse(), preview)

    assert refused.status_code == 422
    assert "Cochez cette case" in text_of(refused)
    assert state_of(environment, preview) == ImportRun.State.CHECKED


def test_a_ticked_box_lets_the_file_in(browse, preview, environment):
    assert confirm(browse(), preview, adds="on").status_code == 302
    assert state_of(environment, preview) == ImportRun.State.CONFIRMED


def test_another_year_takes_no_tick(browse, preview, environment):
    assert confirm(browse(), preview, first_day="2026-01-01", last_day="2026-12-31").status_code == 302


def test_the_year_that_is_typed_counts_not_the_one_proposed(browse, books_of_2025):
    browser = browse()
    preview = send(browser, fec_bytes(sale("3")), name="732829320FEC20261231.txt")
    assert BOX not in preview.content.decode()

    refused = confirm(browser, preview)

    assert refused.status_code == 422
    assert BOX in refused.content.decode()


def test_an_empty_year_asks_nothing(browse):
    preview = send(browse(), fec_bytes(sale("1")))

    assert "contient déjà" not in text_of(preview)
    assert BOX not in preview.content.decode()


def test_labels_that_differ_from_those_kept_are_listed(browse, books_of_2025):
    lines = [
        fec_line(entry_number="9", account_label="Créances clients", debit_cents=100),
        fec_line(entry_number="9", account="706000", account_label="Prestations", credit_cents=100),
    ]

    preview = send(browse(), fec_bytes(lines))

    assert "1 compte porte dans ce fichier un autre libellé" in text_of(preview)
    assert "411000 « Créances clients » dans le fichier, « Clients » dans les livres" in text_of(preview)


def test_only_the_first_differing_labels_are_kept_with_their_count(environment, books_of_2025):
    accounts = [f"60100{n}" for n in range(7)]

    def lines(number, label):
        return [
            *[fec_line(entry_number=number, account=a, account_label=label, debit_cents=100) for a in accounts],
            fec_line(entry_number=number, credit_cents=700),
        ]

    with inside(environment.place):
        imported(fec_bytes(lines("8", "Achats")))
        run = checked(fec_bytes(lines("9", "Fournitures")))

    assert run.summary["relabelled_count"] == 7
    assert [account["number"] for account in run.summary["relabelled"]] == accounts[:5]
    assert run.summary["relabelled"][0] == {"number": "601000", "label": "Fournitures", "kept": "Achats"}

"""The pages of figures on both sides."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.urls import reverse

from livret.care.figures import services
from livret.care.figures.models import ReportContact, ReportDelivery
from livret.care.figures.tests import factories
from livret.care.support.tests.factories import PUBLISHER, paris

DASHBOARD, CONSOLE = reverse("figures:dashboard"), reverse("figures_console:dashboard")
LIST = reverse("figures:requests")


@pytest.fixture
def requests(sprint, alice, bob):
    """One request late, one in time, one of somebody else's that runs."""
    late = factories.row(sprint, bob, is_on_time=False, subject="=1+1", registered_at=paris(1, 9, month=10))
    kept = factories.row(sprint, bob, registered_at=paris(2, 9, month=10))
    other = factories.waiting(sprint, alice, late_at=paris(3, 9), registered_at=paris(2, 9))
    return late, kept, other


class TestDashboardOfAClient:
    def test_an_administrator_sees_the_share_with_its_clause(self, requests, page_of, alice):
        page = page_of(alice).get(DASHBOARD).content.decode()

        assert "/livret/sprint/2019/#S-13" in page
        assert "1/2" in page

    def test_anybody_else_sees_their_own_requests_and_no_share(self, requests, page_of, bob):
        answer = page_of(bob).get(DASHBOARD)

        assert answer.context["share_figures"] == []
        assert answer.context["filed"] == 2

    def test_a_figure_opens_its_requests_with_time_consumed_and_target(self, requests, page_of, alice):
        page = page_of(alice).get(LIST, {"figure": "missed", "period": "p0"}).content.decode()

        assert requests[0].number in page
        assert requests[1].number not in page
        assert "11\xa0h 06\xa0min 40\xa0s / 8\xa0h".replace("h 0", "h\xa00").replace("n 4", "n\xa04") in page

    def test_the_list_of_a_person_holds_no_request_of_a_colleague(self, requests, page_of, bob):
        page = page_of(bob).get(LIST, {"figure": "open", "period": "all"}).content.decode()

        assert requests[2].number not in page

    def test_a_client_without_contract_has_a_page_all_the_same(self, alice, page_of):
        assert page_of(alice).get(DASHBOARD).status_code == 200

    def test_under_a_booklet_without_a_share_it_is_information(self, care, bob, alice, page_of):
        factories.row(care, bob, is_on_time=False)
        answer = page_of(alice).get(DASHBOARD)

        assert answer.context["target"] == ""
        assert "/livret/care/2023-09-18/#C-14" in answer.content.decode()
        assert "À titre d’information" in answer.content.decode()

    @pytest.mark.parametrize(
        "asked",
        [
            {"figure": "nothing"},
            {"figure": "missed", "person": "x"},
            {"figure": "filed", "kind": "x"},
            {"figure": "filed", "product": "\x00"},
            {"figure": "filed", "month": "9999-12"},
            {"figure": "filed", "month": "0001-01"},
        ],
    )
    def test_an_unknown_figure_is_not_found(self, requests, page_of, alice, asked):
        assert page_of(alice).get(LIST, asked).status_code == 404

    @pytest.mark.parametrize(("dimension", "of"), [("client", "client_id"), ("person", "pk")])
    def test_an_address_that_names_somebody_else_does_not_tell_who(self, requests, page_of, bob, chloe, dimension, of):
        asked = {"figure": "filed", "period": "all", dimension: str(getattr(chloe, of))}
        page = page_of(bob).get(LIST, asked).content.decode()

        assert chloe.client.name not in page
        assert chloe.full_name not in page

    def test_a_list_of_a_person_s_own_names_what_it_is_narrowed_to(self, requests, page_of, bob):
        page = page_of(bob).get(LIST, {"figure": "filed", "period": "all", "person": str(bob.pk)})

        assert page.context["by"] == ["Personne · Bob"]

    @pytest.mark.parametrize("period", ["p9", "2026-01-01_1990-01-01", "1900-01-01_2026-01-01", "ever"])
    def test_an_unknown_period_shows_the_usual_one(self, requests, page_of, alice, period):
        answer = page_of(alice).get(DASHBOARD, {"period": period})

        assert answer.status_code == 200
        assert answer.context["form"].key == "12"

    def test_the_file_holds_the_same_requests_and_no_formula(self, requests, page_of, alice):
        answer = page_of(alice).get(reverse("figures:requests_csv"), {"figure": "missed", "period": "p0"})
        rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

        assert [row[0] for row in rows] == ["Numéro", requests[0].number]
        assert rows[1][2] == "'=1+1"
        assert rows[1][10:13] == ["40000", "28800", "S-13"]

    def test_pages_ask_few_questions_whatever_the_requests(self, requests, sprint, bob, page_of, alice):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        browser = page_of(alice)
        with CaptureQueriesContext(connection) as few:
            browser.get(DASHBOARD)
        for _ in range(5):
            factories.row(sprint, bob)
        with CaptureQueriesContext(connection) as more:
            browser.get(DASHBOARD)

        assert len(more) == len(few)


class TestConsole:
    def test_the_dashboard_shows_backlog_forecast_teams_and_clients(self, requests, page_of, denis):
        answer = page_of(denis).get(CONSOLE)

        assert answer.status_code == 200
        assert answer.context["close_count"] == 1
        assert len(answer.context["splits"]) == 4

    @pytest.mark.parametrize(("kind", "filed"), [("malfunction", "3"), ("question", "0")])
    def test_a_filter_narrows_the_figures(self, requests, page_of, denis, kind, filed):
        answer = page_of(denis).get(CONSOLE, {"kind": kind})

        assert [one.value for one in answer.context["figures"]][2] == filed

    def test_every_share_opens_the_requests_of_its_own_period(self, requests, page_of, denis):
        browser = page_of(denis)
        line = browser.get(reverse("figures_console:shares")).context["rows"][0]
        page = browser.get(line["missed_url"])

        assert page.context["page"].paginator.count == line["row"].tally.missed == 1
        assert requests[0].number in page.content.decode()


class TestReports:
    @pytest.fixture
    def report(self, private, bob):
        factories.row(private, bob, registered_at=paris(3, 9, month=3))
        return factories.frozen(private)

    def test_an_administrator_downloads_the_very_bytes(self, report, page_of, alice):
        browser = page_of(alice)
        page = browser.get(report.get_absolute_url()).content.decode()
        file = browser.get(reverse("figures:report_pdf", args=[report.pk]))

        assert report.pdf_digest in page
        assert len(file.content) == report.pdf_size
        assert file["Content-Disposition"] == 'attachment; filename="rapport-C-atelier-2026-01-01.pdf"'

    def test_somebody_else_reads_it_once_named(self, report, private, page_of, bob):
        browser = page_of(bob)
        before = browser.get(report.get_absolute_url()).status_code
        services.name_contact(private, bob, by=PUBLISHER, now=paris(2, 9))

        assert (before, browser.get(report.get_absolute_url()).status_code) == (404, 200)

    def test_another_company_is_not_told_that_it_exists(self, report, page_of, chloe):
        assert page_of(chloe).get(report.get_absolute_url()).status_code == 404

    def test_an_administrator_names_the_contact(self, private, page_of, alice, bob):
        answer = page_of(alice).post(reverse("figures:report_contact"), {"account": str(bob.pk)})

        assert answer.status_code == 302
        assert ReportContact.objects.get().account == bob

    def test_a_stranger_cannot_be_chosen(self, private, page_of, alice, chloe):
        answer = page_of(alice).post(reverse("figures:report_contact"), {"account": str(chloe.pk)})

        assert answer.status_code == 422
        assert not ReportContact.objects.exists()

    def test_the_console_sends_it_again(self, report, page_of, farid, alice):
        page_of(farid).post(reverse("figures_console:report_deliveries", args=[report.pk]))

        assert [row.account for row in ReportDelivery.objects.all()] == [alice]

    def test_the_list_says_when_the_next_one_comes_and_to_whom(self, report, page_of, alice):
        answer = page_of(alice).get(reverse("figures:reports"))

        assert answer.context["running"].first_day.isoformat() == "2026-07-01"
        assert answer.context["people"] == [alice]

    def test_a_plan_without_reports_says_so_with_its_clause(self, sprint, page_of, alice):
        page = page_of(alice).get(reverse("figures:reports")).content.decode()

        assert "Votre contrat ne prévoit pas de rapport semestriel" in page
        assert "#S-13" in page

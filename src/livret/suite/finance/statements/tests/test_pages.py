"""Pages of the reports, as people with each right open them."""

import pytest
from django.urls import reverse

from livret.suite.finance.statements.reports.registry import REPORTS

KINDS = [report.kind for report in REPORTS]


def address(environment, name, **kwargs):
    return reverse(f"statements:{name}", kwargs={"environment": environment.slug, "siren": "732829320", **kwargs})


@pytest.mark.parametrize("kind", KINDS)
def test_each_report_opens_for_who_reads(browse, environment, books_of_2025, kind):
    page = browse("bob").get(address(environment, "report", year="2025-12-31", kind=kind))

    assert page.status_code == 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", ["pdf", "xlsx", "csv"])
def test_each_report_is_taken_away(browse, environment, books_of_2025, kind, format):
    page = browse("bob").get(address(environment, "file_now", year="2025-12-31", kind=kind, format=format))

    assert page.status_code == 200
    assert b"".join(page.streaming_content)


@pytest.mark.parametrize("name", ["home", "search", "forecast", "loan_new"])
def test_the_other_pages_open(browse, environment, books_of_2025, name):
    page = browse("alice").get(address(environment, name))

    assert page.status_code == 200


def test_the_management_figures_open(browse, environment, books_of_2025):
    page = browse("bob").get(address(environment, "management", year="2025-12-31"))

    assert page.status_code == 200

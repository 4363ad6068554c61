"""Half-yearly reports: frozen once, the same bytes again, delivered, and what changed since."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from livret.care.figures import queries, rendering, services
from livret.care.figures.models import HalfYearlyReport, ReportContact, ReportDelivery
from livret.care.figures.queries import reports as reads
from livret.care.figures.tests import factories
from livret.care.support import services as desk
from livret.care.support.models import Request
from livret.care.support.tests import factories as support
from livret.care.support.tests.factories import PUBLISHER, paris
from livret.cli.support import verify
from livret.clients.models import Contract
from livret.core.blobs import store
from livret.core.mail.models import Message

JULY = datetime(2026, 7, 1, 4, 0, tzinfo=paris(1, 0).tzinfo)
NOVEMBER = paris(20, 5)


@pytest.fixture
def half_year(private, alice, bob, denis):
    """A contract with two requests in its first half-year, one late, and one afterwards."""
    first = support.file(bob, at=paris(3, 9, month=3), criticality="", subject="La balance s’arrête")
    late = support.file(alice, at=paris(4, 9, month=3), criticality="", kind="question")
    support.pick_up(first, denis, at=paris(3, 10, month=3))
    support.pick_up(late, denis, at=paris(6, 10, month=3))
    support.file(bob, at=paris(2, 9, month=7), criticality="")
    return private


def due(now=JULY):
    return services.freeze_due_reports(by=PUBLISHER, now=now)


class TestFreezing:
    def test_the_period_that_ended_is_frozen_and_delivered_once(self, half_year, alice):
        made = due()
        again = due()

        assert [(row.first_on, row.last_on, row.requests) for row in made] == [(date(2026, 1, 1), date(2026, 6, 30), 2)]
        assert again == []
        assert [row.account for row in ReportDelivery.objects.all()] == [alice]

    def test_nothing_is_frozen_on_the_last_day_of_the_period(self, half_year):
        assert due(paris(30, 23, month=6)) == []

    def test_other_plans_have_no_report(self, sprint, bob):
        assert due(NOVEMBER) == []

    def test_reports_missed_by_a_long_stop_are_all_made_and_the_latest_is_sent(self, half_year):
        made = due(datetime(2027, 2, 1, 4, 0, tzinfo=JULY.tzinfo))

        assert [row.index for row in made] == [0, 1]
        assert [row.report.index for row in ReportDelivery.objects.all()] == [1]

    def test_every_number_names_the_requests_behind_it(self, half_year):
        content = reads.content_of(due()[0])
        listed = {row["number"] for row in content["requests"]}

        assert [(row["key"], row["count"]) for row in content["figures"] if row["count"]] == [
            ("filed", 2), ("counted", 2), ("on_time", 1), ("missed", 1), ("open", 2),
        ]  # fmt: skip
        assert all(row["count"] == len(row["requests"]) for row in content["figures"])
        assert all(set(row["requests"]) <= listed for row in content["figures"])
        assert content["shares"][0]["rate"] == "1/2"
        assert content["shares"][0]["clause"] == "S-13"

    def test_the_report_is_in_french_whoever_freezes_it(self, half_year):
        content = reads.content_of(due()[0])

        assert content["title"] == "Rapport semestriel des demandes"
        assert content["period"]["words"] == "Du 1er\xa0janvier\xa02026 au 30\xa0juin\xa02026"


class TestBytes:
    def test_drawn_again_from_its_data_the_page_is_the_same_bytes(self, half_year):
        found = services.verify_report(due()[0].pk)

        assert found.is_good

    def test_the_page_is_an_archive_that_screen_readers_read(self, half_year):
        page = reads.pdf_of(due()[0])

        assert page.startswith(b"%PDF-1.7")
        assert b"pdfuaid" in page
        assert b"pdfaid" in page

    def test_the_data_file_is_canonical(self, half_year):
        data = reads.data_of(due()[0])

        assert data == (
            json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        )

    def test_a_data_file_that_somebody_changed_is_found(self, half_year):
        report = due()[0]
        held = store.path(report.data_digest, owner=str(report.client.uuid))
        held.write_bytes(held.read_bytes().replace(b"balance", b"BALANCE"))
        found = services.verify_report(report.pk)

        assert (found.data_is_kept, found.pdf_is_kept, found.is_same) == (False, True, False)

    def test_words_of_people_are_text_and_never_commands_of_the_page(self, half_year, bob):
        hostile = '#panic("x") $1 *a* `b` <script> @c = \\'
        Request.objects.filter(filed_by=bob).update(subject=hostile)
        report = factories.frozen(half_year)

        assert reads.content_of(report)["requests"][0]["subject"] == hostile
        assert services.verify_report(report.pk).is_good

    def test_a_letter_that_no_font_draws_does_not_keep_the_report_from_being_made(self, private, bob):
        bob.full_name = "Bob 漢"
        bob.save(update_fields=["full_name"])
        support.file(bob, at=paris(3, 9, month=3), criticality="", subject="😀 Balance \ue000 \x01")

        made = due()[0]

        assert services.verify_report(made.pk).is_good
        assert reads.content_of(made)["requests"][0]["subject"] == "😀 Balance \ue000 \x01"

    def test_every_letter_that_is_kept_can_be_drawn(self, half_year):
        content = reads.content_of(due()[0])
        letters = (chr(one) for first, last in rendering.DRAWN for one in range(first, last + 1))
        content["requests"][0]["subject"] = " ".join(f"a{one}b" for one in letters)

        assert rendering.pdf_of(json.dumps(content).encode(), layout=1).startswith(b"%PDF")

    def test_every_layout_once_used_still_stands(self):
        assert [(rendering.PAGES / f"report-{one}.typ").is_file() for one in range(1, rendering.LAYOUT + 1)] == [True]


class TestContact:
    def test_the_named_contact_gets_the_report_instead_of_the_administrators(self, half_year, bob):
        services.name_contact(half_year, bob, by=PUBLISHER, now=paris(1, 9, month=6))
        due()

        assert [row.account for row in ReportDelivery.objects.all()] == [bob]

    def test_the_mail_carries_both_files_and_is_in_french(self, half_year):
        report = due()[0]
        message = Message.objects.get(report_delivery__report=report)

        assert message.subject == "Rapport de vos demandes du 1er janvier 2026 au 30 juin 2026"
        assert [(file.name, file.digest) for file in message.enclosures.order_by("pk")] == [
            ("rapport-C-atelier-2026-01-01.pdf", report.pdf_digest),
            ("rapport-C-atelier-2026-01-01.json", report.data_digest),
        ]

    def test_naming_nobody_goes_back_to_the_administrators(self, half_year, bob, alice):
        services.name_contact(half_year, bob, by=PUBLISHER, now=paris(1, 9, month=6))
        services.name_contact(half_year, None, by=PUBLISHER, now=paris(2, 9, month=6))

        assert reads.recipients_of(half_year, day=date(2026, 7, 1)) == [alice]
        assert ReportContact.objects.count() == 2

    def test_somebody_of_another_company_cannot_be_named(self, half_year, chloe):
        with pytest.raises(services.NotOfTheClient):
            services.name_contact(half_year, chloe, by=PUBLISHER, now=paris(1, 9))


class TestChangesSince:
    def test_nothing_changes_by_itself(self, half_year):
        report = due()[0]

        assert reads.changed_since(report, now=JULY) == []

    def test_a_later_exclusion_is_told_and_the_report_stays(self, half_year):
        report = due()[0]
        before = reads.data_of(report)
        late = Request.objects.get(is_on_time=False)
        facts = {"reason": "Téléassistance refusée.", "evidence": "Courriel", "by": PUBLISHER}
        desk.exclude(late, "S-13", **facts, now=paris(2, 9, month=7))
        told = {(change.number, change.field) for change in reads.changed_since(report, now=NOVEMBER)}

        assert (late.number, "standing") in told
        assert ("", "Hors du taux") in told
        assert reads.data_of(report) == before


class TestCommand:
    def test_verify_says_that_the_bytes_are_the_same(self, half_year, capsys):
        with pytest.raises(SystemExit) as ended:
            verify.callback.__wrapped__(due()[0].pk)

        assert ended.value.code == 0
        assert "the same bytes" in capsys.readouterr().out

    def test_an_unknown_report_is_refused(self, control):
        with pytest.raises(services.NoSuchReport):
            services.verify_report(1)


def test_support_that_has_not_started_owes_nothing(private):
    Contract.objects.filter(pk=private.pk).update(support_start_on=None)

    assert due(NOVEMBER) == []
    assert HalfYearlyReport.objects.count() == 0
    assert queries.current_share(Contract.objects.get(pk=private.pk), now=NOVEMBER) is None

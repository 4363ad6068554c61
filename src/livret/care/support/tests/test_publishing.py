"""What the publisher sets, and the tables whose rows nobody changes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from livret.care.support import queries, services
from livret.care.support.tests import factories
from livret.care.support.tests.factories import PUBLISHER, incoming, paris
from livret.clients.tests import factories as people


def kinds(request) -> list[str]:
    return list(request.events.order_by("sequence").values_list("kind", flat=True))


class TestAppendOnly:
    @pytest.mark.parametrize("table", ["support_requestevent", "support_attachment", "support_supporthours"])
    @pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
    def test_the_application_may_not_change_what_happened(self, control, table, right):
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, right])

            assert cursor.fetchone() == (False,)


class TestHours:
    def test_a_request_filed_before_any_hours_waits_for_them(self, atelier, alice):
        factories.make_contract(atelier, alice, "open")
        request = factories.file(alice)
        factories.publish_hours(at=paris(2, 16))
        request.refresh_from_db()

        assert kinds(request)[-1] == "hours_set"
        assert (request.hours, request.due_at) == ("publisher/1", paris(3, 15))

    def test_a_request_keeps_the_hours_it_was_promised(self, sprint, bob):
        request = factories.file(bob)
        factories.publish_hours(week={"mon": [["09:00", "10:00"]]})
        clock = queries.clock_of(request, queries.as_events(request.events.all()))

        assert (clock.hours.name, clock.due_at) == ("publisher/1", paris(3, 15))

    def test_a_version_counts_from_its_day(self, sprint, bob):
        factories.publish_hours(from_on=date(2026, 11, 3))
        before, after = factories.file(bob), factories.file(bob, at=paris(3, 9))

        assert (before.hours, after.hours) == ("publisher/1", "publisher/2")

    @pytest.mark.parametrize(
        "changes",
        [{"week": {}}, {"week": {"mon": [["12:00", "09:00"]]}}, {"zone": "Mars/Phobos"}, {"holidays": "perhaps"}],
    )
    def test_hours_that_cannot_be_read_are_refused(self, control, changes):
        with pytest.raises(services.HoursRefused):
            factories.publish_hours(**changes)

    def test_customer_service_gets_no_clock_when_hours_are_published(self, connect, bob):
        request = factories.file(bob, kind="customer_service")
        factories.publish_hours()

        assert kinds(request) == ["registered", "acknowledged"]


def test_the_publisher_sets_the_limits_of_attachments(care, bob):
    limits = queries.attachment_limits()
    services.set_attachment_limits(
        type(limits)(max_files=1, max_file_bytes=10, max_total_bytes=10), by=PUBLISHER, now=people.NOW
    )

    with pytest.raises(services.FilesRefused):
        factories.file(bob, files=[incoming()])

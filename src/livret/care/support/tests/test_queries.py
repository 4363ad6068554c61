"""The queue of the technicians and the lines of the home pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from livret.booklet.support import AnomalyLevel
from livret.care.support import queries, services
from livret.care.support.models import Request
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris


class TestQueue:
    def test_requests_stand_in_due_order_and_those_picked_up_come_last(self, care, bob, denis):
        moderate = factories.file(bob, criticality="moderee")
        critical = factories.file(bob, at=paris(2, 15, 30))
        taken = factories.pick_up(factories.file(bob), denis, at=paris(2, 15, 1))
        found = queries.queue(queries.QueueFilter(), account=denis, now=paris(2, 16))

        assert list(found) == [critical, moderate, taken]

    @pytest.mark.parametrize(("scope", "expected"), [("mine", 1), ("unassigned", 2), ("team", 3)])
    def test_scopes_tell_whose_requests_they_are(self, care, bob, denis, scope, expected):
        requests = [factories.file(bob), factories.file(bob), factories.file(bob)]
        factories.pick_up(requests[0], denis, at=paris(2, 16))
        found = queries.queue(queries.QueueFilter(scope), account=denis, now=paris(2, 16))

        assert found.count() == queries.queue_counts(account=denis, now=paris(2, 16))[scope] == expected

    @pytest.mark.parametrize(
        ("now", "urgency"), [(paris(2, 15, 1), "on_time"), (paris(3, 10), "close"), (paris(3, 11, 0, 1), "late")]
    )
    def test_urgency_filters_follow_the_clock(self, care, bob, denis, now, urgency):
        request = factories.file(bob)
        found = queries.queue(queries.QueueFilter(urgency=urgency), account=denis, now=now)

        assert list(found) == [request]

    def test_words_are_looked_for_in_number_subject_and_client(self, care, bob, denis):
        request = factories.file(bob, subject="Virement refusé")
        factories.file(bob, subject="Autre")
        found = queries.queue(queries.QueueFilter(words="virement atelier"), account=denis, now=paris(2, 16))

        assert list(found) == [request]

    @pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", " {0}\xa0{1} ", "{0}\u202f{1}"])
    def test_a_call_code_finds_its_request_read_in_groups_or_not(self, care, bob, denis, written):
        request, _other = factories.file(bob), factories.file(bob)
        words = written.format(request.call_code[:4], request.call_code[4:])
        found = queries.queue(queries.QueueFilter(words=words), account=denis, now=paris(2, 16))

        assert list(found) == [request]

    def test_part_of_a_call_code_finds_nothing(self, care, bob, denis):
        request = factories.file(bob)
        found = queries.queue(queries.QueueFilter(words=request.call_code[:7]), account=denis, now=paris(2, 16))

        assert list(found) == []

    def test_eight_digits_are_still_looked_for_as_words(self, care, bob, denis):
        request = factories.file(bob, subject="Facture 20260001")
        Request.objects.filter(pk=request.pk).update(call_code="12345678")
        found = queries.queue(queries.QueueFilter(words="20260001"), account=denis, now=paris(2, 16))

        assert list(found) == [request]

    @pytest.mark.parametrize("typed", ["import", "l’import", "l'import", "imports", "impor"])
    def test_a_word_after_an_apostrophe_is_found(self, care, bob, denis, typed):
        request = factories.file(bob, subject="L’import du relevé s’arrête")
        found = queries.queue(queries.QueueFilter(words=typed), account=denis, now=paris(2, 16))

        assert list(found) == [request]

    def test_lines_say_the_business_time_left(self, care, bob, denis):
        factories.file(bob)
        line = queries.most_urgent(account=denis, now=paris(2, 16))[0]

        assert (line.left, line.tone) == ("reste 3\xa0h ouvrées", "good")

    def test_a_client_sees_its_own_open_requests_on_its_home_page(self, care, bob, alice):
        factories.file(bob)

        assert len(queries.open_requests_for(alice, at=paris(2, 16))) == 1
        assert len(queries.open_requests_for(bob, at=paris(2, 16) + timedelta(days=1))) == 1


class TestOrders:
    @pytest.fixture(autouse=True)
    def indexes_first(self, control):
        """Make the planner sort only where no index gives the order."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"
            )

    def test_the_queue_is_read_in_the_order_of_its_index(self, denis):
        found = queries.queue(queries.QueueFilter(), account=denis, now=paris(2, 16))

        assert "Index Scan using request_open_by_due" in found[:50].explain()

    def test_the_closed_ones_are_read_in_the_order_of_their_index(self, denis):
        found = queries.queue(queries.QueueFilter(scope="closed"), account=denis, now=paris(2, 16))

        assert "using request_closed_latest_first" in found.values_list("pk")[:50].explain()

    def test_the_list_of_a_company_is_read_in_the_order_of_its_index(self, alice):
        found = queries.listed_for_client(alice, whole_company=True)

        assert "Index Scan using request_in_list_order" in found[:25].explain()


class TestLines:
    def test_a_target_in_business_days_is_left_in_days(self, care, bob, denis):
        request = factories.pick_up(factories.file(bob), denis, at=paris(2, 16))
        services.qualify_anomaly(
            request,
            AnomalyLevel.INOPERATIVE,
            reproduction="Vu",
            is_reproduced=True,
            by=factories.PUBLISHER,
            now=paris(2, 16),
        )
        (line,) = queries.lines(Request.objects.all(), now=paris(5, 12), is_staff=True)

        assert line.left == "reste 3 jours ouvrés"

    def test_a_judged_pick_up_shows_its_verdict(self, care, bob, denis):
        factories.pick_up(factories.file(bob), denis, at=paris(2, 16))
        (line,) = queries.lines(Request.objects.all(), now=paris(5, 12), is_staff=True)

        assert (line.target.tone, line.due_at) == ("good", None)

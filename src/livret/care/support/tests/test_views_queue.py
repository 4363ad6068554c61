"""The queue: its scopes and orders, what is done to several requests at once, the lines that refresh themselves."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from livret.care.support import services
from livret.care.support.models import Request, Team
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris
from livret.clients.actors import actor_of

QUEUE, PICK_UPS, ASSIGNMENTS = (reverse(f"support_console:{name}") for name in ("queue", "pick_ups", "assignments"))


def words_of(answer) -> str:
    return unescape(answer.content.decode())


def told(account):
    return {"by": actor_of(account), "now": paris(2, 16)}


@pytest.fixture
def several(care, bob):
    return [factories.file(bob, at=paris(2, 15, minute)) for minute in (0, 5, 10)]


def numbers(requests):
    return [request.number for request in requests]


class TestOrder:
    @pytest.mark.parametrize(("order", "first"), [("due", "alice"), ("left", "bob")])
    def test_business_time_left_is_another_order_than_the_due_instant(
        self, sprint, chloe, alice, denis, page_of, order, first
    ):
        """At 16:00 Care has an hour before closing: tomorrow's target holds less work than one due this evening."""
        factories.publish_hours(week={"mon": [["13:00", "23:00"]]}, at=paris(1, 9))
        mine, other = factories.file(alice, at=paris(2, 13), criticality=""), factories.file(chloe, at=paris(2, 15, 30))
        shown = words_of(page_of(denis).get(QUEUE, {"scope": "all", "order": order}))

        found = re.findall(r"open-(D-2026-\d+)", shown)
        assert found[0] == {"alice": mine, "bob": other}[first].number

    def test_what_runs_is_said_beside_the_due_instant(self, several, denis, page_of):
        first = factories.pick_up(several[0], denis, at=paris(2, 15, 30))
        services.qualify_anomaly(first, 1, reproduction="Oui", is_reproduced=True, **told(denis))
        shown = words_of(page_of(denis).get(QUEUE, {"scope": "all"}))

        assert "anomalie, niveau 1" in shown
        assert shown.count("prise en charge</span>") == 2

    def test_a_pause_is_said(self, several, denis, page_of):
        first = factories.pick_up(several[0], denis, at=paris(2, 15, 30))
        services.qualify_anomaly(first, 2, reproduction="Oui", is_reproduced=True, **told(denis))
        services.pause(first, reason="Nous attendons", **told(denis))

        assert "En pause" in words_of(page_of(denis).get(QUEUE, {"scope": "mine"}))

    def test_closed_requests_stand_apart(self, several, denis, page_of):
        factories.pick_up(several[0], denis, at=paris(2, 15, 30))
        services.close(several[0], "solved", **told(denis))
        open_, closed = (words_of(page_of(denis).get(QUEUE, {"scope": scope})) for scope in ("all", "closed"))

        assert several[0].number not in open_
        assert several[0].number in closed
        assert 'name="number"' not in closed

    def test_the_latest_closed_comes_first(self, several, denis, page_of):
        first, latest = (factories.pick_up(request, denis, at=paris(2, 15, 30)) for request in several[:2])
        services.close(latest, "solved", by=actor_of(denis), now=paris(2, 15, 50))
        services.close(first, "solved", by=actor_of(denis), now=paris(2, 15, 40))
        shown = words_of(page_of(denis).get(QUEUE, {"scope": "closed"}))

        assert re.findall(r"open-(D-2026-\d+)", shown) == [latest.number, first.number]

    def test_a_team_s_requests_are_its_members_own(self, several, denis, emma, page_of):
        team = Team.objects.create(name="Paie")
        team.members.add(emma)
        services.assign(several[0], team=team, **told(denis))
        other = Team.objects.create(name="Finance")
        other.members.add(denis)

        assert several[0].number not in words_of(page_of(denis).get(QUEUE))
        assert several[0].number in words_of(page_of(emma).get(QUEUE))

    @pytest.mark.parametrize(("product", "is_there"), [("finance", True), ("hr", False)])
    def test_products_are_filtered(self, several, denis, page_of, product, is_there):
        shown = words_of(page_of(denis).get(QUEUE, {"product": product}))

        assert (several[0].number in shown) is is_there


class TestRefresh:
    def test_the_lines_alone_come_back_with_the_count_in_the_title(self, several, denis, page_of):
        shown = words_of(page_of(denis).get(QUEUE, headers={"HX-Request": "true", "HX-Target": "queue-lines"}))

        assert shown.startswith("<title>(3) File du support")
        assert 'hx-swap-oob="true"' in shown
        assert "<html" not in shown

    def test_a_refresh_costs_three_queries(self, several, denis, page_of, support_queries):
        browser = page_of(denis)
        headers = {"HX-Request": "true", "HX-Target": "queue-lines"}

        assert support_queries(lambda: browser.get(QUEUE, headers=headers)) == 3


class TestSeveral:
    def test_ticked_requests_are_picked_up_together(self, several, denis, page_of):
        answer = page_of(denis).post(PICK_UPS + "?scope=all", {"number": numbers(several[:2])}, follow=True)

        assert [request.assigned_to for request in Request.objects.order_by("pk")] == [denis, denis, None]
        assert "2 demandes prises en charge." in words_of(answer)
        assert answer.redirect_chain[0][0] == QUEUE + "?scope=all"

    def test_one_that_was_taken_stops_no_other(self, several, denis, emma, page_of):
        factories.pick_up(several[0], emma, at=paris(2, 15, 30))
        answer = page_of(denis).post(PICK_UPS, {"number": numbers(several[:2])}, follow=True)

        assert f"{several[0].number}\xa0: Emma a pris cette demande en charge" in words_of(answer)
        assert "1 demande prise en charge." in words_of(answer)

    def test_ticked_requests_are_given_to_a_colleague(self, several, denis, emma, page_of):
        page_of(denis).post(ASSIGNMENTS, {"number": numbers(several), "to": f"person:{emma.pk}"})

        assert set(Request.objects.values_list("assigned_to", flat=True)) == {emma.pk}

    def test_ticked_requests_are_given_to_a_team(self, several, denis, page_of):
        team = Team.objects.create(name="Paie")
        page_of(denis).post(ASSIGNMENTS, {"number": numbers(several[:1]), "to": f"team:{team.pk}"})

        assert list(Request.objects.order_by("pk").values_list("team", flat=True)) == [team.pk, None, None]

    @pytest.mark.parametrize(
        ("url", "sent", "message"),
        [
            (PICK_UPS, {}, "Cochez d’abord les demandes"),
            (PICK_UPS, {"number": "D-2026-999999"}, "n’en fait pas partie"),
            (ASSIGNMENTS, {"number": "D-2026-000001"}, "Choisissez le technicien ou l’équipe"),
            (ASSIGNMENTS, {"number": "D-2026-000001", "to": "person:x"}, "n’en fait pas partie"),
        ],
    )
    def test_a_selection_that_says_nothing_is_told(self, several, denis, page_of, url, sent, message):
        answer = page_of(denis).post(url, sent, follow=True)

        assert message in words_of(answer)
        assert not Request.objects.filter(assigned_to__isnull=False).exists()

    def test_each_takes_what_its_role_may(self, several, farid, page_of):
        answer = page_of(farid).post(PICK_UPS, {"number": numbers(several)}, follow=True)

        assert "Les demandes au support sont prises en charge par les techniciens." in words_of(answer)
        assert not Request.objects.filter(picked_up_at__isnull=False).exists()


class TestCommands:
    @pytest.mark.parametrize(("path", "is_offered"), [("/console/support/{}/", True), ("/console/", False)])
    def test_the_command_menu_offers_the_acts_of_the_open_request(self, several, denis, page_of, path, is_offered):
        page = "https://testserver" + path.format(several[0].number)
        url = reverse("preferences:commands")
        shown = words_of(page_of(denis).get(url, {"q": "affecter"}, headers={"HX-Current-URL": page}))

        assert (reverse("support_console:assignment", args=[several[0].number]) in shown) is is_offered

    def test_a_client_is_offered_nothing_of_the_desk(self, several, bob, page_of):
        shown = words_of(page_of(bob).get(reverse("preferences:commands"), {"q": "suspensions"}))

        assert "/console/" not in shown

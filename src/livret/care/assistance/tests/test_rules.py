"""The pure rules: the tool's address, the order of steps, agenda files, reminders, places."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import library
from livret.care.assistance.rules import defaults, ics, remote, tool, web
from livret.care.assistance.rules.tool import BadTemplate
from livret.care.support.tests.factories import paris

SPRINT, CARE = library()["sprint", "2019"], library()["care", "2023-09-18"]


class TestTool:
    @pytest.mark.parametrize(
        ("template", "fault"),
        [
            ("https://ecran.example/{code}", None),
            ("https://ecran.example:8443/join?c={code}#x", None),
            ("http://ecran.example/{code}", BadTemplate.NOT_HTTPS),
            ("javascript:alert('{code}')", BadTemplate.NOT_HTTPS),
            ("//ecran.example/{code}", BadTemplate.NOT_HTTPS),
            ("https://ecran.example/", BadTemplate.NO_CODE),
            ("https://ecran.example/{code}/{code}", BadTemplate.NO_CODE),
            ("https://moi:secret@ecran.example/{code}", BadTemplate.HAS_PASSWORD),
            ("https://{code}.example/", BadTemplate.UNREADABLE),
            ("https:///{code}", BadTemplate.UNREADABLE),
            ("https://ecran.example/{code}/{other}", BadTemplate.UNREADABLE),
            ("https://ecran.example/ {code}", BadTemplate.UNREADABLE),
            ("https://ecran.example/{code}\n", BadTemplate.UNREADABLE),
            ("https://[::1/{code}", BadTemplate.UNREADABLE),
            ("https://ecran.example:port/{code}", BadTemplate.UNREADABLE),
        ],
    )
    def test_an_address_is_under_https_with_one_code_in_its_path(self, template, fault):
        assert tool.template_fault(template) is fault

    @pytest.mark.parametrize("code", ["abc", "-abcd", "a b c d", "a/../b", "a" * 41, "é123", "1234\n"])
    def test_a_code_that_could_change_the_address_is_none(self, code):
        assert not tool.is_code(code)

    @given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{3,39}", fullmatch=True))
    def test_every_code_stays_within_its_place(self, code):
        assert tool.address_of("https://ecran.example/{code}/fin", code) == f"https://ecran.example/{code}/fin"

    @pytest.mark.parametrize(
        ("address", "is_safe"),
        [
            ("https://visio.example/a?b=1", True),
            ("http://visio.example", False),
            ("https://a:b@visio.example", False),
            ("javascript:alert(1)", False),
            ("", False),
        ],
    )
    def test_a_link_that_people_follow_is_under_https(self, address, is_safe):
        assert tool.is_safe_link(address) is is_safe


class TestSteps:
    @pytest.mark.parametrize(
        ("kinds", "state"),
        [
            (["proposed"], "proposed"),
            (["proposed", "consented", "started", "ended"], "ended"),
            (["proposed", "consented", "started", "withdrawn", "reported"], "withdrawn"),
            (["proposed", "expired"], "expired"),
        ],
    )
    def test_events_in_order_lead_to_a_state(self, kinds, state):
        assert remote.state_of(kinds) == state

    @pytest.mark.parametrize(
        "kinds",
        [
            ["consented"],
            ["proposed", "started"],
            ["proposed", "refused", "consented"],
            ["proposed", "reported"],
            ["proposed", "consented", "withdrawn", "started"],
        ],
    )
    def test_no_other_order_is_one(self, kinds):
        with pytest.raises(ValueError, match="cannot follow"):
            remote.state_of(kinds)

    @given(st.lists(st.sampled_from([*remote.STATES, remote.REPORTED]), max_size=6))
    def test_nothing_begins_that_was_not_agreed_to(self, kinds):
        try:
            remote.state_of(kinds)
        except ValueError:
            return

        assert remote.STARTED not in kinds or kinds[:3] == ["proposed", "consented", "started"]

    @pytest.mark.parametrize(
        ("plan", "why"), [("connect", remote.Why.NOT_IN_PLAN), ("unknown", remote.Why.NOT_IN_PLAN)]
    )
    def test_a_plan_without_it_is_refused_by_its_clause(self, plan, why):
        facts = remote.Facts(SPRINT, plan, "malfunction", False, True, False, "", "", True, None, "")

        assert remote.obstacle(facts, now=paris(2, 10)).why is why

    def test_the_clause_of_the_hours_is_the_rule_of_the_booklet_where_it_has_one(self):
        assert (remote.hours_clause(SPRINT, "S-2"), remote.hours_clause(CARE, "C-1")) == ("S-13", "C-1")


class TestConsent:
    def test_an_agreement_is_shown_in_the_words_of_its_day(self):
        wording = defaults.wording_on(date(2026, 11, 2))

        assert defaults.wording_named(wording.version) is wording
        assert len(wording.lines("fr")) == len(wording.lines("en"))

    def test_no_words_are_in_use_before_the_first_version(self):
        with pytest.raises(LookupError):
            defaults.wording_on(date(2025, 12, 31))


def entry(**changes) -> ics.Entry:
    facts = {
        "uid": "1@livret.example",
        "sequence": 0,
        "starts_at": paris(4, 14),
        "ends_at": paris(4, 15),
        "title": "Clôture",
        "text": "Une ligne; deux, trois\nquatre \\ cinq",
        "url": "https://livret.example/espace/assistances-web/1/",
        "organiser": 'Éditions "Rivage"',
        "organiser_address": "no-reply@livret.example",
        **changes,
    }
    return ics.Entry(**facts)


def lines_of(one: ics.Entry) -> list[str]:
    """The content lines, unfolded."""
    text = ics.calendar_file(one, written_at=paris(2, 10), alarm_minutes=10).decode()
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


class TestAgenda:
    def test_instants_are_in_utc_on_both_sides_of_the_clock_change(self):
        before = lines_of(entry(starts_at=paris(24, 14, month=10), ends_at=paris(24, 15, month=10)))
        after = lines_of(entry(starts_at=paris(26, 14, month=10), ends_at=paris(26, 15, month=10)))

        assert "DTSTART:20261024T120000Z" in before
        assert "DTSTART:20261026T130000Z" in after

    def test_marks_of_the_format_are_escaped(self):
        found = lines_of(entry())

        assert "DESCRIPTION:Une ligne\\; deux\\, trois\\nquatre \\\\ cinq" in found
        assert 'ORGANIZER;CN="Éditions Rivage":mailto:no-reply@livret.example' in found

    def test_a_title_cannot_add_lines_of_its_own(self):
        found = lines_of(entry(title="Clôture\r\nATTENDEE:mailto:x@x.example\x0b"))

        assert not [line for line in found if line.startswith("ATTENDEE")]

    def test_a_cancelled_session_leaves_agendas(self):
        found = lines_of(entry(is_cancelled=True, sequence=3))

        assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3"} <= set(found)
        assert "BEGIN:VALARM" not in found

    @given(st.text(max_size=400))
    def test_no_line_passes_75_octets_and_nothing_is_lost(self, title):
        written = ics.calendar_file(entry(title=title), written_at=paris(2, 10), alarm_minutes=10)

        assert max(len(line) for line in written.split(b"\r\n")) <= 75
        assert written.decode().replace("\r\n ", "").count("\r\nBEGIN:VEVENT\r\n") == 1


class TestReminder:
    @pytest.mark.parametrize(
        ("starts_at", "reminded_at"),
        [
            (paris(4, 14), paris(3, 14)),
            (paris(25, 14, month=10), paris(24, 14, month=10)),
            (datetime(2026, 3, 30, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ],
    )
    def test_it_comes_the_day_before_at_the_same_time_on_the_wall(self, starts_at, reminded_at):
        assert web.reminder_at(starts_at) == reminded_at

    @pytest.mark.parametrize(
        ("registered_at", "now", "is_due"),
        [
            (paris(2, 10), paris(3, 13, 59), False),
            (paris(2, 10), paris(3, 14), True),
            (paris(2, 10), paris(4, 14), False),
            (paris(3, 15), paris(3, 16), False),
        ],
    )
    def test_who_has_just_registered_gets_none(self, registered_at, now, is_due):
        assert web.is_reminded(starts_at=paris(4, 14), registered_at=registered_at, now=now) is is_due

    @pytest.mark.parametrize(("minutes", "is_open"), [(-11, False), (-10, True), (0, True), (59, True), (60, False)])
    def test_the_link_is_open_from_ten_minutes_before_until_the_end(self, minutes, is_open):
        now = paris(4, 14) + timedelta(minutes=minutes)

        assert web.is_link_open(paris(4, 14), 60, now=now, join_before_minutes=10) is is_open


class TestPlaces:
    @given(st.lists(st.integers(), unique=True), st.sets(st.integers(1, 30)), st.integers(1, 30))
    def test_places_are_given_in_order_and_never_twice(self, waiting, taken, capacity):
        given_out = web.seated(waiting, taken, capacity=capacity)
        places = [place for _, place in given_out]

        assert [who for who, _ in given_out] == waiting[: len(given_out)]
        assert not set(places) & taken
        assert len(set(places)) == len(places)
        assert all(1 <= place <= capacity for place in places)

    @pytest.mark.parametrize(
        ("booklet", "plan", "modules", "product", "holds"),
        [
            (SPRINT, "open", ["finance"], "finance", True),
            (SPRINT, "private", ["finance"], "", True),
            (SPRINT, "open", ["finance"], "hr", False),
            (SPRINT, "open", [], "space", True),
            (SPRINT, "connect", ["finance"], "finance", False),
            (CARE, "care", ["hr"], "hr", True),
        ],
    )
    def test_a_plan_and_its_modules_decide_which_sessions_are_open(self, booklet, plan, modules, product, holds):
        assert web.opening_of(booklet, plan, modules).holds(product) is holds

    def test_a_plan_without_it_names_its_clause_and_the_plans_that_hold_it(self):
        found = web.opening_of(SPRINT, "connect", ["finance"])

        assert (found.is_open, found.clause, set(found.other_plans)) == (False, "S-13", {"open", "private"})

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from livret.booklet import library
from livret.booklet.entitlements import Order, entitlements
from livret.clients.rules.administrators import Term, first_bare_day
from livret.clients.rules.devices import device_name
from livret.clients.rules.invitations import VALID_FOR, expiry, new_token, token_digest
from livret.clients.rules.people import must_have_second_factor
from livret.clients.rules.registers import AccessEntry, ApplicationEntry, Mismatch, side_by_side
from livret.clients.rules.seats import passed_limit
from livret.clients.rules.siren import normalised_siren, siren_fault

DAY = date(2026, 1, 1)
days = st.integers(0, 60).map(lambda n: DAY + timedelta(n))
terms = st.builds(Term, days, st.none() | days)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("732829320", ""),
        ("732 829 320", ""),
        ("732829321", "checksum"),
        ("73282932", "length"),
        ("7328293200", "length"),
        ("73282932A", "digits"),
        ("٧٣٢٨٢٩٣٢٠", "digits"),
        ("", "digits"),
    ],
)
def test_a_siren_is_nine_digits_and_a_right_check_digit(typed, fault):
    assert siren_fault(typed) == fault


@given(st.from_regex(r"[0-9]{8}", fullmatch=True), st.integers(1, 9))
def test_no_single_wrong_check_digit_passes(body, shift):
    right = body + luhn.calc_check_digit(body)
    wrong = body + str((int(right[-1]) + shift) % 10)

    assert siren_fault(wrong) == "checksum"


def test_spaces_and_dots_are_not_part_of_a_siren():
    assert normalised_siren("732\u202f829.320") == "732829320"


def test_tokens_never_repeat_and_only_their_digest_is_alike():
    first, second = new_token(), new_token()

    assert first != second
    assert token_digest(first) == token_digest(first) != token_digest(second)


def test_an_invitation_lives_a_week():
    now = datetime(2026, 11, 20, tzinfo=UTC)

    assert expiry(now) - now == VALID_FOR == timedelta(days=7)


@pytest.mark.parametrize(
    ("of_publisher", "demo", "must"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_only_the_publishers_people_must_have_a_second_factor(of_publisher, demo, must):
    assert must_have_second_factor(is_of_publisher=of_publisher, is_demo=demo) is must


@given(st.lists(terms, max_size=6), terms.filter(lambda term: term.until is not None))
def test_the_first_bare_day_is_the_first_that_no_term_holds(held, wanted):
    span = [wanted.since + timedelta(n) for n in range(max((wanted.until - wanted.since).days, 0))]
    bare = [day for day in span if not any(t.since <= day and (t.until is None or day < t.until) for t in held)]

    assert first_bare_day(held, of=wanted) == next(iter(bare), None)


@given(terms, terms)
def test_two_terms_meet_when_they_share_a_day_whichever_is_asked(one, other):
    horizon = [DAY + timedelta(n) for n in range(62)]

    def holds(term, day):
        return term.since <= day and (term.until is None or day < term.until)

    assert one.meets(other) == other.meets(one) == any(holds(one, day) and holds(other, day) for day in horizon)


def entry(number, *, active=True):
    return AccessEntry(UUID(int=number), f"P{number}", f"p{number}@x.example", is_active=active, has_joined=True)


def right(number, *, active=True):
    return ApplicationEntry(UUID(int=number), f"P{number}", ("finance",), is_active=active)


def test_the_registers_tell_who_is_in_one_and_not_in_the_other():
    rows = side_by_side(
        [entry(1), entry(2), entry(3, active=False), entry(5, active=False)], [right(1), right(3), right(4)]
    )

    assert [(row.name, row.mismatch) for row in rows] == [
        ("P2", Mismatch.NO_APPLICATION),
        ("P3", Mismatch.ACCESS_CLOSED),
        ("P4", Mismatch.NO_ACCESS),
        ("P1", Mismatch.NONE),
    ]


@given(st.permutations([entry(n) for n in range(5)]), st.permutations([right(n) for n in range(3, 8)]))
def test_the_order_of_the_registers_does_not_matter(access, application):
    assert side_by_side(access, application) == side_by_side(
        [entry(n) for n in range(5)], [right(n) for n in range(3, 8)]
    )


def allowed(*, users, modules=("finance_express", "finance")):
    order = Order("open", frozenset(modules), users)
    return entitlements(library()["sprint", "2019"], order)


def test_one_more_person_than_ordered_is_refused_with_the_clause_of_the_order():
    limit = passed_limit(allowed(users=1), person=UUID(int=2), modules={"finance"}, holders={UUID(int=1): {"finance"}})

    assert (limit.module, limit.held, limit.allowed, limit.clause) == ("", 1, 1, "S-3")


def test_a_person_already_seated_costs_nothing_more_to_the_order():
    holders = {UUID(int=1): {"finance"}}

    assert passed_limit(allowed(users=1), person=UUID(int=1), modules={"finance"}, holders=holders) is None


def test_a_fourth_user_of_express_finance_is_refused_with_the_ceilings_clause():
    holders = {UUID(int=n): {"finance_express"} for n in range(3)}

    limit = passed_limit(allowed(users=20), person=UUID(int=9), modules={"finance_express"}, holders=holders)

    assert (limit.module, limit.held, limit.allowed, limit.clause) == ("finance_express", 3, 3, "S-4")


def seated(entitled, arrivals):
    """The people who found a seat, coming one after the other."""
    holders = {}
    for number in arrivals:
        person = UUID(int=number)
        if passed_limit(entitled, person=person, modules={"finance_express"}, holders=holders) is None:
            holders[person] = {"finance_express"}
    return holders


@given(st.integers(1, 12), st.lists(st.integers(0, 15), max_size=40))
def test_seating_one_by_one_never_passes_the_order_nor_a_ceiling(ordered, arrivals):
    assert len(seated(allowed(users=ordered), arrivals)) == min(ordered, 3, len(set(arrivals)))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox, Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15",
            "Safari, macOS",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) Version/18.4 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_device_is_called_as_people_call_it(words, name):
    assert device_name(words) == name

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livret.booklet.casefile import Fields, instant_in
from livret.booklet.clock import due
from livret.booklet.readings import TargetEnd
from livret.booklet.vector_kinds import Context, case_calendars, pauses_of
from livret.booklet.vectors import Outcome, evaluate

FOLDER = Path(__file__).parent / "vectors"
FILES = sorted(FOLDER.glob("*.json"))
CONTENTS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in FILES}
CASES = [
    pytest.param(name, number, id=f"{case['id']} {case['title']}")
    for name, content in CONTENTS.items()
    for number, case in enumerate(content["cases"])
]
OTHER_CLOSINGS = [
    pytest.param(name, case, id=case["id"])
    for name, content in CONTENTS.items()
    for case in content["cases"]
    if case["kind"] == "due" and "next_opening_convention" in case
]


@pytest.fixture(scope="module")
def reports():
    return {path.name: evaluate(path) for path in FILES}


@pytest.mark.parametrize(("name", "number"), CASES)
def test_the_rules_answer_every_public_case(reports, name, number):
    result = reports[name].results[number]

    assert (result.outcome, result.expected, result.got, result.reason) == (Outcome.PASSED, "", "", "")


@pytest.mark.parametrize(
    ("name", "count"),
    [("availability-public.json", 44), ("businesstime-public.json", 95), ("terms-public.json", 53)],
)
def test_no_public_case_is_dropped(reports, name, count):
    assert (len(reports[name].results), reports[name].notes) == (count, ())


@pytest.mark.parametrize(("name", "case"), OTHER_CLOSINGS)
def test_the_other_reading_of_closing_time_falls_at_the_next_opening(name, case):
    context = Context(case_calendars(CONTENTS[name]["calendars"]))
    asked = Fields(case)
    hours = context.calendar_of(asked)

    found = due(
        hours,
        asked.instant("start"),
        seconds=case["duration_s"],
        pauses=pauses_of(asked),
        at_end=TargetEnd.NEXT_OPENING,
    )

    assert found.at == instant_in(case["next_opening_convention"]["due"], "due")


WEEK = {"mon": [["09:00", "17:00"]]}
OPEN = {"id": "X", "kind": "open", "calendar": "c", "at": "2026-09-07T09:00:00+02:00", "expected": {"open": True}}


def written(*cases, calendar=None):
    calendars = {"c": calendar or {"week": WEEK}}
    return json.dumps({"calendars": calendars, "cases": cases}).encode()


def without(field):
    return {name: value for name, value in OPEN.items() if name != field}


@pytest.mark.parametrize("field", ["kind", "calendar", "at", "expected"])
def test_a_case_without_a_field_is_unreadable_and_says_which(field):
    report = evaluate(written(without(field)))

    assert [result.outcome for result in report.results] == [Outcome.UNREADABLE]
    assert field in report.results[0].reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "dew"}, "unknown 'dew'"),
        ({"kind": 7}, "wants a text"),
        ({"calendar": "d"}, "no calendar 'd'"),
        ({"at": "2026-09-07T09:00:00"}, "wants an instant with its offset"),
        ({"at": "2026-09-07"}, "wants an instant with its offset"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "between 1982 and 2199"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "between 1982 and 2199"),
        ({"at": None}, "wants an instant with its offset"),
        ({"expected": {}}, "nothing to compare"),
        ({"expected": []}, "wants an object"),
        ({"kind": "due", "start": OPEN["at"], "duration_s": -1}, "duration_s"),
        ({"kind": "due", "start": OPEN["at"], "duration_s": True}, "duration_s"),
        ({"kind": "due", "start": OPEN["at"], "duration_s": 5, "pauses": [[OPEN["at"]]]}, "wants [from, to]"),
        ({"kind": "due", "start": OPEN["at"], "duration_s": 5, "pauses": "no"}, "wants a list"),
        ({"kind": "business_days", "start": OPEN["at"], "days": 10_000}, "fewer than 10000 business days"),
        ({"kind": "jours_feries", "year": 1066}, "known from 1982"),
        ({"kind": "chain", "booklet": "Z"}, "unknown 'Z'"),
        ({"kind": "td", "booklet": "B", "month": "2026-13", "outages": []}, "wants YYYY-MM"),
        ({"kind": "td", "booklet": "B", "month": "9999-12", "outages": []}, "year"),
        ({"kind": "td", "month": "2026-12", "outages": []}, "booklet: is missing"),
        ({"kind": "td", "booklet": "B", "month": "2026-12", "outages": [{"kind": "cat"}]}, "unknown outage 'cat'"),
        ({"kind": "subscription", "input": {"access_codes_sent_on": "2026-02-30"}}, "wants a day"),
        ({"kind": "subscription", "input": {"access_codes_sent_on": "9999-02-28", "invoices": 9}}, "year"),
        ({"kind": "notice", "input": {"access_codes_sent_on": "2024-01-01", "notified_on": "9999-12-31"}}, "year"),
        ({"kind": "credits", "input": {"lots": [{"id": "a", "granted_on": "2026-01-01", "quantity": 0}]}}, "uses"),
        ({"kind": "restore_point", "input": {"booklet": 3}}, "wants a text"),
    ],
)
def test_a_case_that_cannot_be_evaluated_says_why(change, reason):
    report = evaluate(written({**OPEN, **change}))

    assert [result.outcome for result in report.results] == [Outcome.UNREADABLE]
    assert reason in report.results[0].reason


@pytest.mark.parametrize("case", [None, 3, "x", [], [[]]])
def test_a_case_that_is_no_object_is_unreadable_and_stops_no_other(case):
    report = evaluate(written(case, OPEN))

    assert [result.outcome for result in report.results] == [Outcome.UNREADABLE, Outcome.PASSED]


@pytest.mark.parametrize(
    ("calendar", "reason"),
    [
        ({"week": {"lun": []}}, "unknown day lun"),
        ({"week": {"mon": [["17:00", "09:00"]]}}, "hours must follow one another"),
        ({"week": {"mon": [["09:00", "25:00"]]}}, "HH:MM"),
        ({"week": {"mon": 8}}, "pairs"),
        ({"week": WEEK, "tz": "Mars/Olympus"}, "unknown time zone"),
        ({"week": WEEK, "tz": "../../etc/passwd"}, "unknown time zone"),
        ({"week": WEEK, "holidays": "US"}, "FR-metropole"),
        ({"week": WEEK, "exceptions": {"2026-02-30": []}}, "wants a day"),
        ([], "wants an object"),
        ({}, "unknown"),
    ],
)
def test_a_calendar_that_cannot_be_read_fails_its_cases_with_the_reason(calendar, reason):
    report = evaluate(json.dumps({"calendars": {"c": calendar}, "cases": [OPEN]}).encode())

    assert report.results[0].outcome is Outcome.UNREADABLE
    assert reason in report.results[0].reason or "week: is missing" in report.results[0].reason


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"cases": []}', b'{"cases": {}}', b"\xff\xfe\x00", b"[" * 100_000, b'{"cases": NaN}'],
)
def test_a_file_without_cases_is_unreadable_and_says_why(content):
    report = evaluate(content)

    assert (report.results, report.is_good) == ((), False)
    assert report.unreadable


def test_a_missing_file_is_unreadable(tmp_path):
    assert "No such file" in (evaluate(tmp_path / "none.json").unreadable or "")


def test_a_byte_order_mark_does_no_harm():
    assert evaluate(b"\xef\xbb\xbf" + written(OPEN)).is_good


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("open", {}, {"open": False}),
        ("open", {}, {"open": 1}),
        ("open", {}, {"next_open_at": "2026-09-07T09:00:00+01:00"}),
        ("open", {}, {"next_open_at": "never"}),
        ("open", {}, {"open": True, "colour": "red"}),
        ("elapsed", {"from": OPEN["at"], "to": OPEN["at"]}, {"seconds": False}),
        ("elapsed", {"from": OPEN["at"], "to": OPEN["at"]}, {"seconds": 0.0}),
        ("jours_feries", {"year": 2026}, {"dates": []}),
        (
            "attainment",
            {"support_start": "2025-01-01", "as_of": "2025-12-31", "threshold": "3/4", "requests": []},
            {"rate": "0/1"},
        ),
    ],
)
def test_a_wrong_expectation_fails_and_shows_both_sides(kind, fields, expected):
    report = evaluate(written({**OPEN, "kind": kind, **fields, "expected": expected}))

    assert [result.outcome for result in report.results] == [Outcome.FAILED]
    assert json.loads(report.results[0].expected).items() <= expected.items()


def test_instants_are_compared_as_instants_and_fractions_as_fractions():
    instant = {**OPEN, "expected": {"next_open_at": "2026-09-07T07:00:00Z"}}
    requests = [{"registered": "2025-02-01", "on_time": flag} for flag in (True, True, True, False)]
    facts = {"support_start": "2025-01-01", "as_of": "2025-12-31", "threshold": "6/8", "requests": requests}
    fraction = {"id": "Y", "kind": "attainment", **facts, "expected": {"rate": "6/8", "met": True}}

    assert evaluate(written(instant, fraction)).is_good


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"),
    ],
)
def test_an_instant_in_the_hour_of_a_clock_change_is_compared_as_an_instant(start, end):
    facts = {"id": "Z", "kind": "due", "calendar": "c", "start": start, "duration_s": 3600}
    nights = {"week": {"sun": [["00:00", "06:00"]]}}

    assert evaluate(written({**facts, "expected": {"due": end}}, calendar=nights)).failures == ()


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.datetimes().map(str)
    | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), param=st.sampled_from(CASES), value=ANY_JSON)
def test_whatever_stands_in_a_case_it_gets_one_line_and_no_traceback(data, param, value):
    name, number = param.values
    case = copy.deepcopy(CONTENTS[name]["cases"][number])
    table = data.draw(st.sampled_from([case, case.get("input", case)]))
    table[data.draw(st.sampled_from(sorted(table)))] = value

    report = evaluate(json.dumps({"calendars": CONTENTS[name].get("calendars", {}), "cases": [case]}).encode())

    assert (report.unreadable, len(report.results)) == (None, 1)


def test_a_count_that_differs_from_the_cases_is_noted():
    content = json.loads(written(OPEN, OPEN)) | {"count": 3}

    assert evaluate(json.dumps(content).encode()).notes == (
        "the file announces 3 cases and holds 2",
        "ids that stand twice: X",
    )

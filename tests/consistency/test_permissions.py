"""Every address and every role: who may, what reading costs, and what pages are made of."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.db import InternalError, connections
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from tests.consistency.pages import PageReading, is_page
from tests.consistency.permissions import CONSOLE, OF_THE_LIBRARY, ROWS, WITHOUT_PAGE, WITHOUT_TOKEN, WRITING_WHEN_READ
from tests.consistency.world import NAMES, PUBLISHER, ROLES

IN = {200, 204, 302, 409, 422}
DOORS = {"/compte/connexion/": "login", "/compte/confirmation/": "confirm"}
NAMED = {"booklet": "care", "booklet_version": "2023-09-18", "other_booklet": "sprint", "other_version": "2019"}
METHODS = {"GET", "POST"}
CASES = [pytest.param(row, method, id=f"{row.name} {method}") for row in ROWS for method in row.methods]
WRITTEN = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
READERS = ("anonymous", "bob", "alice", "administrator")


def each(rows):
    return {"argvalues": rows, "ids": lambda row: row.name}


def reading(rows):
    return [row for row in rows if "GET" in row.methods]


def let_in(row, roles=ROLES):
    return [role for role in roles if row.outcomes[role] == "in"]


READ = [row for row in reading(ROWS) if let_in(row, READERS)]


def address(world, row, *, side="alice", **others):
    things = {**NAMED, **world.things[side], **others}
    query = "?at=2026-11-20T10:00:00Z" if row.name == "api:opening" else ""
    return reverse(row.name, kwargs={key: things[name] for key, name in row.parameters.items()}) + query


def answer(world, role, row, method="GET", *, side="alice", checks_token=False, **others):
    with world.put_back():
        browser = world.browser(role, checks_token=checks_token)
        return browser.generic(method, address(world, row, side=side, **others))


def outcome(response):
    target = urlsplit(response.headers.get("Location", "")).path
    return DOORS.get(target) or ("in" if response.status_code in IN else str(response.status_code))


def names(resolver, space=""):
    """Return the name of every address under *resolver*."""
    found = []
    for one in resolver.url_patterns:
        below = f"{space}{one.namespace}:" if getattr(one, "namespace", None) else space
        found += [f"{space}{one.name}"] if isinstance(one, URLPattern) else names(one, below)
    return found


def test_every_address_has_a_row_and_every_row_an_address():
    assert {row.name for row in ROWS} == set(names(get_resolver()))


def test_no_two_addresses_share_a_name():
    assert [name for name, count in Counter(names(get_resolver())).items() if count > 1] == []


@pytest.mark.parametrize(("row", "method"), CASES)
def test_an_address_answers_each_role_as_its_row_says(world, row, method):
    assert {role: outcome(answer(world, role, row, method)) for role in ROLES} == dict(row.outcomes)


@pytest.mark.parametrize(
    ("row", "method"),
    [case for case in CASES if case.values[0].outcomes["chloe"] == "404" and case.values[0].parameters],
)
def test_what_is_the_second_client_s_is_closed_to_the_first_as_the_reverse(world, row, method):
    swapped = {"alice": row.outcomes["chloe"], "chloe": row.outcomes["alice"]}

    assert {role: outcome(answer(world, role, row, method, side="chloe")) for role in swapped} == swapped


@pytest.mark.parametrize(
    "row", **each([row for row in CONSOLE if "slug" in row.parameters and len(row.parameters) > 1])
)
def test_the_console_finds_nothing_of_a_client_under_another_s_address(world, row):
    crossed = answer(world, "administrator", row, row.methods[0], side="chloe", client=world.things["alice"]["client"])

    assert crossed.status_code == 404


@pytest.mark.parametrize("row", **each([row for row in ROWS if row.name not in OF_THE_LIBRARY]))
def test_an_address_refuses_the_methods_that_it_has_no_use_for(world, row):
    useless = METHODS - {method for one in ROWS if one.name == row.name for method in one.methods}
    anyone = (let_in(row) or ROLES)[-1]

    assert {method: answer(world, anyone, row, method).status_code for method in useless} == dict.fromkeys(useless, 405)


@pytest.mark.parametrize(
    "row", **each([row for row in ROWS if "POST" in row.methods and row.name not in WITHOUT_TOKEN])
)
def test_what_writes_asks_for_the_token_of_its_form(world, row):
    anyone = (let_in(row) or ROLES)[-1]

    assert answer(world, anyone, row, "POST", checks_token=True).status_code == 403


@pytest.mark.parametrize(("row", "method"), [case for case in CASES if case.values[0] in CONSOLE])
def test_the_publisher_s_people_add_a_second_factor_before_anything_else(world, row, method):
    role = let_in(row, PUBLISHER)[0]

    with world.put_back():
        world.people[role].authenticator_set.all().delete()
        response = answer(world, role, row, method)

    assert response.headers["Location"] == reverse("mfa_index")


@pytest.mark.parametrize(
    ("row", "role", "granter"),
    [
        pytest.param(row, role, granter, id=f"{row.name} {role}")
        for row in ROWS
        for role, granter in {"stranger": "alice", "bob": "alice", "trainer": "administrator"}.items()
        if row.outcomes[role] == "403" and row.outcomes[granter] == "in"
    ],
)
def test_a_refusal_names_who_can_grant(world, row, role, granter):
    assert NAMES[granter] in answer(world, role, row, row.methods[0]).content.decode()


@pytest.mark.parametrize("row", **each([row for row in READ if row.name not in WRITING_WHEN_READ]))
def test_reading_writes_nothing(world, row):
    """The databases themselves refuse to write while the page is read."""
    roles = let_in(row, READERS)

    with world.put_back():
        world.refuse_writing()
        answers = {role: answer(world, role, row).status_code for role in roles}

    assert set(answers.values()) <= {200, 302}


@pytest.mark.parametrize(("database", "table"), [(0, "django_session"), (1, "company_company"), (2, "company_company")])
def test_a_database_that_is_told_to_refuse_writing_refuses_it(world, database, table):
    alias = world.databases[database]

    with world.put_back(), connections[alias].cursor() as cursor, pytest.raises(InternalError, match="read-only"):
        world.refuse_writing()
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("row", **each([row for row in READ if row.name in WRITING_WHEN_READ]))
def test_a_page_that_must_write_when_it_is_read_writes_its_table_only(world, row):
    role = "alice" if row.outcomes["bob"] != "in" else "bob"

    with CaptureQueriesContext(connections["default"]) as captured:
        answer(world, role, row)

    tables = [WRITTEN.match(query["sql"]) for query in captured.captured_queries]
    assert {table[1] for table in tables if table} == {WRITING_WHEN_READ[row.name]}


@pytest.mark.parametrize("row", **each([row for row in reading(ROWS) if row.name not in OF_THE_LIBRARY | WITHOUT_PAGE]))
def test_a_page_is_in_order(world, row):
    """One title, one h1, its language, each id once; no code and no style inside."""
    answers = {role: answer(world, role, row) for role in READERS}

    pages = {role: one for role, one in answers.items() if is_page(one) and not one.streaming and one.content}
    assert {role: faults for role, one in pages.items() if (faults := PageReading(one.content.decode()).faults)} == {}

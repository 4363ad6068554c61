"""How a row of the permission test is written: an address, how it may be asked, and what becomes of each role.

Outcomes: "in", "login" (sent to the sign-in page), "confirm" (sent to give the password again), "401", "403", or "404"
where even the existence is not told. parameters name things in the world of the test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.consistency.world import CLIENTS, PUBLISHER, ROLES

Outcomes = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One address. parameters: by name of the address's parameter, the name of a thing of the world."""

    name: str
    methods: tuple[str, ...]
    outcomes: Outcomes
    parameters: Mapping[str, str] = field(default_factory=dict)


def page(name: str, outcomes: Outcomes, **parameters: str) -> Row:
    return Row(name, ("GET",), outcomes, parameters)


def act(name: str, outcomes: Outcomes, **parameters: str) -> Row:
    return Row(name, ("POST",), outcomes, parameters)


def form(name: str, outcomes: Outcomes, **parameters: str) -> Row:
    return Row(name, ("GET", "POST"), outcomes, parameters)


def each(outcome: str, *roles: str) -> dict[str, str]:
    return dict.fromkeys(roles, outcome)


def console(*roles: str) -> Outcomes:
    """Pages of the publisher for *roles*; a client's people are not told that they exist."""
    allowed = each("in", *roles, "administrator")
    return {"anonymous": "login", **each("404", *CLIENTS), **each("403", *PUBLISHER), **allowed}


def space(**changes: str) -> Outcomes:
    """Pages of the customer space, for the people of clients."""
    return {"anonymous": "login", **each("in", *CLIENTS), **each("403", *PUBLISHER), **changes}


def inside(bob: str) -> Outcomes:
    """Pages in the first client's environment: another client and the publisher are not told that it exists."""
    elsewhere = each("404", "chloe", *PUBLISHER)
    return {"anonymous": "login", "bob": bob, "alice": "in", "stranger": "403", **elsewhere}


EVERYBODY = each("in", *ROLES)
NOBODY = each("404", *ROLES)
# Telephone systems come with a key of their own; no session opens these.
PROGRAMS = each("401", *ROLES)
SIGNED_IN = {**EVERYBODY, "anonymous": "login"}
TO_THE_DOOR = each("login", *ROLES)
ANY_ROLE = console(*PUBLISHER)
SALES = console("customer_service", "billing")
DESK = console("customer_service")
TELLS = console("customer_service", "technician", "operations")
CARRIERS = console("customer_service", "operations")
TECHNICIAN = console("technician")
READERS = console("technician", "customer_service")
OPERATORS = console("operations")
WRITERS = console("technician", "trainer")
ADMINISTRATOR = console("administrator")
PEOPLE_OF_CLIENTS = space()
SAAS_ADMINISTRATORS = space(bob="403", stranger="403")
OF_ALICES_COMPANY = space(bob="403", stranger="403", chloe="404")
ALICES_REPORT = space(bob="404", stranger="404", chloe="404")
NO_REPORT_OWED = space(alice="404", bob="403", stranger="403", chloe="404")
BOBS_REQUEST = space(stranger="404", chloe="404")
READING, WRITING = inside(bob="in"), inside(bob="403")
WITH_FACTORS = {**SIGNED_IN, **each("404", "bob", "stranger")}
BY_PASSKEY = {**each("confirm", *ROLES), **each("login", "anonymous", "alice", "chloe")}
HER_OWN = {**each("404", *ROLES), "anonymous": "login", "alice": "in"}
BOOKLET = {"booklet_id": "booklet", "version": "booklet_version"}
CLIENT = {"slug": "client"}
CONTRACT = {"slug": "client", "number": "contract"}
INSTRUCTION = {"slug": "client", "pk": "instruction"}
CALL = {"call": "call"}
ROOM = {"environment": "room"}
COMPANY = {**ROOM, "siren": "siren"}
ARTICLE = {"article_slug": "article"}
YEAR = {**COMPANY, "year": "year"}
MEMBER = {**ROOM, "person_id": "member"}

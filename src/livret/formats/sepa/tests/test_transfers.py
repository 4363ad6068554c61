from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from livret.formats.sepa import SCHEMAS, Address, Order, Transfer, latin, order_findings, write_order
from livret.formats.sepa.characters import ALLOWED

IBAN = "FR7630006000011234567890189"
ONE = Transfer(
    "LIV-1-1", "Boulangerie Œuvre & Fils", IBAN, 12_345, "FA-1", address=Address("Nantes", "FR", "rue Haute")
)
OTHER = Transfer("LIV-1-2", "Müller GmbH", "DE89370400440532013000", 5, "RE 2", bic="COBADEFF")
ORDER = Order(
    "LIV-1", datetime(2026, 11, 22, 10, tzinfo=UTC), "Société d’Électricité", IBAN, date(2026, 11, 25), (ONE, OTHER)
)


def read(content, path):
    root = etree.fromstring(content)
    return [node.text for node in root.iterfind(f".//{{*}}{path}")]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_an_order_has_its_count_and_sum_in_both_places(schema):
    content = write_order(replace(ORDER, schema=schema))

    assert read(content, "NbOfTxs") == ["2", "2"]
    assert [Decimal(text) for text in read(content, "CtrlSum")] == [Decimal("123.50")] * 2


def test_the_same_order_is_the_same_file():
    assert write_order(ORDER) == write_order(ORDER)


@pytest.mark.parametrize("hours", [0, 1, -5])
def test_the_moment_of_an_order_is_read_back_with_its_offset(hours):
    at = datetime(2026, 11, 22, 10, 30, 15, tzinfo=timezone(timedelta(hours=hours)))

    (said,) = read(write_order(replace(ORDER, made_at=at)), "CreDtTm")

    assert datetime.fromisoformat(said) == at


def test_an_address_stands_in_its_own_fields_and_no_free_line_is_written():
    content = write_order(ORDER)

    assert (read(content, "TwnNm"), read(content, "Ctry"), read(content, "AdrLine")) == (["Nantes"], ["FR"], [])


def test_a_bank_without_bic_is_said_not_to_be_provided():
    assert read(write_order(ORDER), "DbtrAgt/{*}FinInstnId/{*}Othr/{*}Id") == ["NOTPROVIDED"]


def test_names_are_written_in_the_characters_of_the_schemes():
    assert read(write_order(ORDER), "Cdtr/{*}Nm") == ["Boulangerie OEuvre + Fils", "Muller GmbH"]


@given(st.text(max_size=80))
def test_any_text_is_brought_to_characters_that_every_bank_takes(text):
    kept = latin(text)

    assert set(kept) <= ALLOWED
    assert "//" not in kept
    assert kept == latin(kept)


@settings(max_examples=max(settings().max_examples // 10, 5))
@given(st.lists(st.tuples(st.integers(1, 10**11 - 1), st.text(min_size=1, max_size=200)), min_size=1, max_size=8))
def test_what_has_no_finding_makes_a_valid_file_of_the_same_sum(chosen):
    transfers = [replace(ONE, end_to_end=f"E-{rank}", cents=cents, remittance=text)
                 for rank, (cents, text) in enumerate(chosen)]  # fmt: skip
    order = replace(ORDER, transfers=transfers)

    assert order_findings(order, wants_structure=True) == []
    assert sum(Decimal(text) for text in read(write_order(order), "InstdAmt")) * 100 == sum(c for c, _text in chosen)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iban": "FR7630006000011234567890188"}, "iban"),
        ({"iban": ""}, "iban"),
        ({"bic": "NOBIC"}, "bic"),
        ({"name": "株式会社"}, "name"),
        ({"cents": 0}, "amount"),
        ({"cents": 10**11}, "amount"),
        ({"end_to_end": "é"}, "id"),
        ({"end_to_end": "x" * 36}, "id"),
        ({"address": Address(street="rue Haute")}, "address"),
    ],
)
def test_what_a_bank_would_refuse_is_found_with_its_rank(changed, code):
    order = replace(ORDER, transfers=(OTHER, replace(ONE, **changed)))

    assert [(found.line, found.code) for found in order_findings(order, wants_structure=True)] == [(2, code)]


def test_a_free_address_was_lawful_before_the_schemes_asked_for_fields():
    order = replace(ORDER, transfers=(replace(ONE, address=Address(street="rue Haute")),))

    assert order_findings(order, wants_structure=False) == []


def test_an_identifier_given_twice_is_found_on_both_transfers():
    order = replace(ORDER, transfers=(ONE, replace(OTHER, end_to_end=ONE.end_to_end)))

    assert [found.line for found in order_findings(order, wants_structure=True)] == [1, 2]


def test_an_empty_order_is_found():
    assert [found.code for found in order_findings(replace(ORDER, transfers=()), wants_structure=True)] == ["empty"]

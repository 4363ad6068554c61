"""Addresses that name what a reply is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.core.mail.rules.addresses import Tag, is_signed, masked, tag_in, thread_address, without_tags

BASE, KEY, NUMBER = "support@publisher.example", "a key", "D-2026-000123"


def test_an_address_names_its_thread_and_is_read_back():
    address = thread_address(BASE, NUMBER, key=KEY)

    tag = tag_in(["x@y.example", address], base=BASE)

    assert tag.thread == NUMBER
    assert is_signed(tag, key=KEY)
    assert len(address.partition("@")[0]) <= 64


def test_a_mail_server_that_changes_the_case_does_no_harm():
    tag = tag_in([thread_address(BASE, NUMBER, key=KEY).upper()], base=BASE)

    assert is_signed(tag, key=KEY)


def test_without_an_address_for_answers_there_is_none():
    assert thread_address("", NUMBER, key=KEY) == ""
    assert tag_in([thread_address(BASE, NUMBER, key=KEY)], base="") is None


@pytest.mark.parametrize(
    "recipient",
    [
        BASE,
        "support+@publisher.example",
        f"support+{NUMBER}@publisher.example",
        f"support+{NUMBER}.xyz@publisher.example",
        f"other+{NUMBER}.{'0' * 20}@publisher.example",
        f"support+{NUMBER}.{'0' * 20}@evil.example",
        "",
    ],
)
def test_an_address_of_another_form_names_nothing(recipient):
    assert tag_in([recipient], base=BASE) is None


def test_the_address_of_one_person_is_not_anothers():
    tag = tag_in([thread_address(BASE, NUMBER, key=KEY, holder="denis")], base=BASE)

    assert is_signed(tag, key=KEY, holder="denis")
    assert not is_signed(tag, key=KEY, holder="emma")
    assert not is_signed(tag, key=KEY)


def test_another_secret_signs_another_address():
    assert not is_signed(tag_in([thread_address(BASE, NUMBER, key="old")], base=BASE), key=KEY)


@given(st.text("0123456789abcdef", min_size=20, max_size=20))
def test_a_signature_is_not_guessed(signature):
    assert not is_signed(Tag(NUMBER, signature), key=KEY)


def test_an_address_for_answers_goes_from_words_that_quote_it():
    address = thread_address(BASE, NUMBER, key=KEY, holder="denis")

    assert (
        without_tags(f"Am 2.11. schrieb Support <{address.upper()}>:", base=BASE)
        == f"Am 2.11. schrieb Support <{BASE}>:"
    )
    assert without_tags("a+b@publisher.example", base=BASE) == "a+b@publisher.example"
    assert without_tags(address, base="") == address
    assert masked(address, base=BASE) == f"support+{NUMBER}.…@publisher.example"
    assert masked(BASE, base=BASE) == masked(BASE, base="") == BASE

from pathlib import Path

import pytest

from livret.core import environ

NAME = "LIVRET_TEST_VALUE"


@pytest.mark.parametrize(
    ("value", "read"),
    [("1", True), ("true", True), (" YES ", True), ("0", False), ("False", False), ("no", False), ("", True)],
)
def test_a_flag_is_read_and_an_empty_one_is_its_default(monkeypatch, value, read):
    monkeypatch.setenv(NAME, value)

    assert environ.flag(NAME, default=True) is read


def test_a_bad_flag_is_refused_with_its_name_and_value(monkeypatch):
    monkeypatch.setenv(NAME, "oui")

    with pytest.raises(environ.BadSetting, match=f"{NAME} must be 1 or 0, got 'oui'"):
        environ.flag(NAME, default=False)


@pytest.mark.parametrize(("value", "read"), [("25", 25), (" 587 ", 587), ("", 7)])
def test_a_number_is_read(monkeypatch, value, read):
    monkeypatch.setenv(NAME, value)

    assert environ.number(NAME, 7) == read


def test_a_bad_number_is_refused_with_its_name_and_value(monkeypatch):
    monkeypatch.setenv(NAME, "2.5")

    with pytest.raises(environ.BadSetting, match=f"{NAME} must be a whole number, got '2.5'"):
        environ.number(NAME, 7)


def test_a_folder_is_absolute_and_knows_the_home(monkeypatch):
    monkeypatch.setenv(NAME, "~/state/../livret")

    assert environ.folder(NAME, Path("/default")) == Path.home().resolve() / "livret"


def test_a_folder_that_is_not_given_is_its_default(monkeypatch):
    monkeypatch.delenv(NAME, raising=False)

    assert environ.folder(NAME, Path("/default")) == Path("/default")


def test_a_list_is_split_at_commas_and_its_empty_parts_go(monkeypatch):
    monkeypatch.setenv(NAME, "a.example, b.example,,")

    assert environ.listing(NAME) == ["a.example", "b.example"]


@pytest.mark.parametrize("value", ["", "support@publisher.example"])
def test_a_mail_address_is_read(monkeypatch, value):
    monkeypatch.setenv(NAME, f" {value} ")

    assert environ.mail_address(NAME) == value


@pytest.mark.parametrize("value", ["support", "a+b@c.example", "Support <a@c.example>", "a@localhost", "@c.example"])
def test_a_bad_mail_address_is_refused_with_its_name_and_value(monkeypatch, value):
    monkeypatch.setenv(NAME, value)

    with pytest.raises(environ.BadSetting, match=f"{NAME} must be a mail address"):
        environ.mail_address(NAME)


@pytest.mark.parametrize(("value", "read"), [("", ""), ("https://livret.example/", "https://livret.example")])
def test_the_address_of_a_site_is_read_without_its_last_slash(monkeypatch, value, read):
    monkeypatch.setenv(NAME, value)

    assert environ.web_address(NAME) == read


def test_a_bad_address_of_a_site_is_refused_with_its_name_and_value(monkeypatch):
    monkeypatch.setenv(NAME, "livret.example")

    with pytest.raises(environ.BadSetting, match=f"{NAME} must begin with https:// or http://, got 'livret.example'"):
        environ.web_address(NAME)

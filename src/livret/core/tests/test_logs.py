"""What is written to the logs, read back as the collector reads it: one JSON object a line, nobody named."""

import io
import json
import logging
import logging.config
import time

import pytest
import structlog
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import iban as iban_numbers

from livret.core import logs

NIRS = [
    "185057800608436",
    "1 85 05 78 006 084 36",
    "1\u00a085\u00a005\u00a078\u00a0006\u00a0084\u00a036",
    "2.69.05.49.588.157.80",
    "1 85 05 2A 006 084",
    "2850599351084 97",
    "1 85 05 971 05 084 12",
    "7850578006084",
    "185052b006084",
]
IBANS = [
    "FR1420041010050500013M02606",
    "FR14 2004 1010 0505 0001 3M02 606",
    "FR14\u00a02004\u00a01010\u00a00505\u00a00001\u00a03M02\u00a0606",
    "fr14 2004 1010 0505 0001 3m02 606",
    "DE89370400440532013000",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
    "GB29 NWBK 6016 1331 9268 19",
]
MAILS = [
    "alice@atelier.example",
    "Alice.O'Brien+paie@sous.atelier.example",
    "b@x",
    "alice%40atelier.example",
    "élodie@société.example",
]
KEPT = [
    "32 jobs in 0.42 s",
    "env_6f1d2c3b4a5948a7b6c5d4e3f2a1b0c9_g1",
    "FR32123456824",
    "73282932000074",
    "2026-11-22T09:12:43.123456+00:00",
    "SELECT 1 FROM procrastinate_jobs WHERE id = 1234567",
    "/e/trois-lunes/comptabilite/732829320/2026/balance/",
    "ab12cdef3456ab12cdef3456ab12cdef",
    "/console/equipe/6f1d2c3b-4a59-48a7-b6c5-d4e3f2a1b0c9/",
]


@pytest.fixture
def written():
    """The lines that the configured handler writes, parsed."""
    stream = io.StringIO()
    config = logs.logging_settings("INFO")["formatters"]["json"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=config["processors"], foreign_pre_chain=config["foreign_pre_chain"]
        )
    )
    logger = logging.getLogger("test.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.propagate = True


@pytest.mark.parametrize("number", NIRS)
def test_a_nir_is_struck_out_however_it_is_written(number):
    assert logs.struck_out(f"salarié {number} : refusé") == "salarié [nir] : refusé"


@pytest.mark.parametrize("number", IBANS)
def test_an_iban_is_struck_out_however_it_is_written(number):
    assert logs.struck_out(f"virement vers {number}, refusé") == "virement vers [iban], refusé"


@pytest.mark.parametrize("address", MAILS)
def test_a_mail_address_is_struck_out_whole(address):
    assert logs.struck_out(f"mail to {address} refused") == "mail to [mail] refused"


def test_a_long_text_made_by_a_stranger_is_searched_in_a_moment():
    began = time.monotonic()

    logs.struck_out("/" + "a" * 60_000)

    assert time.monotonic() - began < 3  # A search that begins again at each letter takes twenty seconds.


def test_the_token_of_a_link_is_struck_out_of_its_path():
    path = "/compte/invitation/qN3vLx0y4nq2M0pZ0yH9bV1sT7wK5eR8uI6oP2aS4dF/"

    assert logs.struck_out(path) == "/compte/invitation/[token]/"


@pytest.mark.parametrize("text", KEPT)
def test_what_names_nobody_is_kept(text):
    assert logs.struck_out(text) == text


@given(
    sex=st.sampled_from("12"),
    year=st.integers(0, 99),
    month=st.integers(1, 12),
    department=st.integers(1, 95),
    rest=st.integers(0, 999_999),
    gap=st.sampled_from(["", " ", "\u00a0", "\u202f"]),
)
def test_every_nir_is_struck_out(sex, year, month, department, rest, gap):
    digits = f"{rest:06}"
    parts = [sex, f"{year:02}", f"{month:02}", f"{department:02}", digits[:3], digits[3:]]
    key = 97 - int("".join(parts)) % 97

    assert logs.struck_out(f"<{gap.join([*parts, f'{key:02}'])}>") == "<[nir]>"


@given(bban=st.from_regex(r"[A-Z0-9]{11,30}", fullmatch=True), country=st.from_regex(r"[A-Z]{2}", fullmatch=True))
def test_every_iban_is_struck_out_in_capitals_and_in_small_letters(bban, country):
    valid = f"{country}{iban_numbers.calc_check_digits(f'{country}00{bban}')}{bban}"
    assume(iban_numbers.mod_97_10.is_valid(valid[4:] + valid[:4]))

    assert {logs.struck_out(f"({text})") for text in (valid, valid.lower())} == {"([iban])"}


@given(st.text())
def test_striking_out_twice_changes_nothing_more(text):
    once = logs.struck_out(text)

    assert logs.struck_out(once) == once


@pytest.mark.parametrize("key", ["email", "Email", "person_email", "nir", "password", "api_token", "name", "to"])
def test_a_key_that_names_a_person_is_struck_out_whole(key):
    assert logs.without_personal_data(None, "info", {key: "anything"}) == {key: logs.STRUCK_OUT}


@pytest.mark.parametrize("key", ["file_name", "task", "status_code", "environment"])
def test_another_key_keeps_its_value(key):
    assert logs.without_personal_data(None, "info", {key: "anything"}) == {key: "anything"}


def test_what_stands_inside_lists_mappings_and_objects_is_struck_out_too():
    event = {"detail": {"rows": [{"email": "a@b.fr"}, "NIR 185057800608436"]}, "error": ValueError("no a@b.fr")}

    struck = logs.without_personal_data(None, "info", event)

    assert struck == {"detail": {"rows": [{"email": logs.STRUCK_OUT}, "NIR [nir]"]}, "error": "no [mail]"}


def test_a_line_of_ours_is_one_json_object_without_the_person(written):
    structlog.wrap_logger(logging.getLogger("test.logs"), processors=structlog.get_config()["processors"]).warning(
        "refused alice@atelier.example", iban=IBANS[0], lines=3
    )

    (line,) = written()
    assert (line["event"], line["iban"], line["lines"], line["level"]) == (
        "refused [mail]",
        "[struck out]",
        3,
        "warning",
    )


def test_a_line_of_a_library_goes_through_the_same_strike(written):
    logging.getLogger("test.logs").error("cannot send to %s", "alice@atelier.example")

    assert [line["event"] for line in written()] == ["cannot send to [mail]"]


def test_the_text_of_an_exception_is_struck_out(written):
    try:
        raise ValueError(f"no account for alice@atelier.example, {NIRS[0]}, {IBANS[0]}")
    except ValueError:
        logging.getLogger("test.logs").exception("failed")

    (line,) = written()
    assert "ValueError: no account for [mail], [nir], [iban]" in line["exception"]
    assert "atelier" not in json.dumps(line)


def test_the_text_of_an_exception_of_ours_is_struck_out(written):
    logger = structlog.wrap_logger(logging.getLogger("test.logs"), processors=structlog.get_config()["processors"])
    try:
        raise ValueError("no account for alice@atelier.example")
    except ValueError:
        logger.exception("failed")

    (line,) = written()
    assert "no account for [mail]" in line["exception"]

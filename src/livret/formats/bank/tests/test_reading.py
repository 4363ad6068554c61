"""Which format a file is in, and what refuses it before it is read."""

from __future__ import annotations

import io

import pytest

from livret.formats.bank import Findings, Unreadable, reading
from livret.formats.bank.catalogue import catalogue
from livret.formats.bank.tests import files


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"  \r\n", "file-empty"),
        (b"%PDF-1.7", "format-unknown"),
        (b"Date;Montant\n", "format-unknown"),
        (b"<html><body/></html>", "camt-other"),
    ],
)
def test_what_is_no_statement_is_refused_by_its_reason(content, code):
    assert files.statements(content)[1] == [code]


def test_a_file_beyond_the_largest_size_is_refused_where_it_passes_it(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_BYTES", 2_000_000)
    endless = io.BytesIO(files.cfonb([(1, files.LAST, "X")]) * 20_000)

    with pytest.raises(Unreadable) as refusal:
        list(reading.read(endless, Findings()))

    assert refusal.value.finding.code == "file-too-large"
    assert endless.tell() < 2_200_000


def test_findings_of_one_kind_are_counted_beyond_twenty():
    held = files.statements(files.cfonb([(1, files.LAST, "X")] * 30, between="0" * 0 + "08\r\n"))[1]

    assert held[0] == "cfonb-record"


@pytest.mark.parametrize("kind", catalogue().values(), ids=lambda kind: kind.code)
def test_every_finding_has_its_rule_source_and_words(kind):
    assert kind.rule.endswith(".")
    assert kind.source
    assert set(kind.messages) == {"fr", "en"}

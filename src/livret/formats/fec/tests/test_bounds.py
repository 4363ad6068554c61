"""Hostile and absurd files: bounded memory, bounded answers, never a traceback."""

import tracemalloc
from io import BytesIO
from itertools import chain, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.formats.fec import check
from livret.formats.fec.catalogue import DEFAULT_LIMIT
from livret.formats.fec.tests.samples import NAME, TABLE, checked, codes, encoded, found, lines_of, table_text

HEADER = encoded().partition(b"\n")[0] + b"\n"
PARTS = (b"\t", b"\n", b"\r", b",", b"20240101", b"1,00", b"-", b"\x00", b"\xe9", b"\xff", b"VE", b"9" * 30)


@given(content=st.binary(max_size=400))
def test_any_bytes_get_an_answer(content):
    report = checked(content)

    assert report.is_unreadable
    assert report.findings


@given(content=st.binary(max_size=600))
def test_any_bytes_after_a_header_get_an_answer(content):
    assert checked(HEADER + content).findings


@given(parts=st.lists(st.sampled_from(PARTS)))
def test_any_fields_after_a_header_get_an_answer(parts):
    assert checked(HEADER + b"".join(parts)).findings


@given(data=st.data())
def test_any_byte_changed_gets_an_answer(data):
    content = bytearray(encoded())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))

    report = checked(bytes(content))

    assert report.lines <= 12


def test_an_endless_line_is_dropped_and_the_rest_is_read():
    content = encoded() + b"VE\t" + b"x" * 1_000_000 + b"\r\n" + encoded().partition(b"\n")[2]

    report = checked(content)

    assert found(report, "line-too-long").line == 13
    assert "blank-line" not in codes(report)
    assert report.lines == 22


def test_a_long_line_among_others_is_dropped_alone():
    content = encoded() + b"x" * 70_000 + b"\r\n" + encoded().partition(b"\n")[2]

    report = checked(content)

    assert [found(report, "line-too-long").line, report.lines] == [13, 22]


def test_a_header_of_many_columns_is_cut():
    content = table_text(
        [[*TABLE[0], *(f"c{rank}" for rank in range(300))], *([*row, *["x"] * 300] for row in TABLE[1:])]
    )

    report = checked(content)

    assert "column-count" in codes(report)
    assert len(lines_of(content)[0].extras) == 182


def test_a_repeated_finding_is_counted_not_repeated():
    rows = [[*TABLE[1][:4], "X", *TABLE[1][5:]] for _ in range(2_000)]

    report = checked(table_text([TABLE[0], *rows]))

    repeated = [finding for finding in report.findings if finding.code == "account-number"]
    assert len(repeated) == DEFAULT_LIMIT + 1
    assert repeated[-1].line is None
    assert "1\u202f980" in repeated[-1].message


def test_a_value_in_a_message_is_cut_and_printable():
    rows = [[*TABLE[1][:9], "\u202e" + "z" * 500, *TABLE[1][10:]]]

    message = found(checked(table_text([TABLE[0], *rows], charset="utf-8")), "date-unreadable").message

    assert len(message) < 200
    assert "\u202e" not in message


class Growing:
    """A file of *count* entries made as it is read, so that its size weighs on nothing."""

    def __init__(self, count):
        entry = table_text(TABLE[1:3])
        self._parts = chain([HEADER], (entry.replace(b"\t1\t", b"\t%d\t" % number) for number in range(1, count + 1)))

    def read(self, size):
        return b"".join(islice(self._parts, 500))


def peak_of(count):
    tracemalloc.start()
    report = check(Growing(count), name=NAME)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.lines == 2 * count
    return peak


def test_memory_does_not_grow_with_the_file():
    peak_of(100)

    assert peak_of(12_000) < 1.2 * peak_of(4_000)


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_a_stream_that_gives_little_at_a_time_reads_the_same(size):
    class Slow(BytesIO):
        def read(self, _size=-1):
            return super().read(size)

    report = check(Slow(encoded()), name=NAME)

    assert (report.findings, report.lines) == ((), 11)

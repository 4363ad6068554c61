"""Balance, numbering and order over entries, wherever their lines stand."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.formats.fec.numbering import Ranges
from livret.formats.fec.tests.samples import TABLE, checked, codes, found, table_text


def entry(journal, number, *, day="20240115", debit="10,00", credit="10,00"):
    def row(account, debit, credit):
        return [
            journal,
            f"Journal {journal}",
            number,
            day,
            account,
            account,
            "",
            "",
            "P",
            day,
            "L",
            debit,
            credit,
            "",
            "",
            day,
            "",
            "",
        ]

    return [row("512000", debit, "0,00"), row("706000", "0,00", credit)]


def file_of(*entries):
    return table_text([TABLE[0], *(row for rows in entries for row in rows)])


def test_numbers_may_run_over_the_whole_file():
    report = checked(file_of(entry("VE", "1"), entry("AC", "2"), entry("VE", "3")))

    assert report.findings == ()


def test_numbers_may_run_within_each_journal():
    report = checked(file_of(entry("VE", "1"), entry("VE", "2"), entry("AC", "1"), entry("AC", "2")))

    assert report.findings == ()


def test_a_prefix_makes_its_own_series():
    report = checked(file_of(entry("VE", "VE-2024-0001"), entry("VE", "VE-2024-0002"), entry("AC", "AC-2024-0007")))

    assert report.findings == ()


def test_a_gap_within_a_journal_names_the_journal():
    report = checked(file_of(entry("VE", "1"), entry("VE", "4"), entry("AC", "1"), entry("AC", "2")))

    finding = found(report, "number-gap")
    assert finding.line == 4
    assert "1 à 4 (VE)" in finding.message


def test_an_order_of_numbers_that_is_not_theirs_makes_no_gap():
    report = checked(file_of(entry("VE", "3"), entry("VE", "1"), entry("VE", "2")))

    assert report.findings == ()


def test_a_file_that_numbers_everything_zero_is_read_and_balanced():
    report = checked(file_of(entry("VE", "0"), entry("AC", "0"), entry("VE", "0", day="20240116")))

    assert report.is_valid()
    assert codes(report) == {"number-reused"}


def test_scattered_lines_of_an_entry_balance_together():
    (first, second), (third, fourth) = entry("VE", "1"), entry("VE", "2")

    report = checked(table_text([TABLE[0], first, third, second, fourth]))

    assert "entry-unbalanced" not in codes(report)
    assert report.is_valid()


def test_two_entries_out_of_balance_by_opposite_amounts_are_both_found():
    report = checked(file_of(entry("VE", "1", debit="11,00"), entry("VE", "2", credit="11,00")))

    assert [(finding.line, finding.column) for finding in report.findings if finding.code == "entry-unbalanced"] == [
        (2, "Debit"),
        (4, "Credit"),
    ]
    assert "file-unbalanced" not in codes(report)


def test_zeroed_classes_6_and_7_are_told():
    def closing(account, side):
        return [account if place == 4 else cell for place, cell in enumerate(side)]

    (charge, sale), (result, reversal) = entry("OD", "1"), entry("OD", "2")
    rows = [closing("601000", charge), sale, closing("706000", result), closing("601000", reversal)]

    assert codes(checked(table_text([TABLE[0], *rows]))) >= {"result-accounts-zeroed"}


@given(numbers=st.lists(st.integers(0, 60)))
def test_ranges_know_what_is_missing_whatever_the_order(numbers):
    ranges = Ranges()

    fresh = [ranges.add(number, 1) for number in numbers]

    span = set(range(min(numbers, default=0), max(numbers, default=-1) + 1))
    assert sum(fresh) == len(set(numbers))
    assert ranges.missing() == len(span - set(numbers))


@given(seed=st.integers(0, 1000))
def test_the_order_of_lines_changes_neither_balance_nor_totals(seed):
    rows = [
        row for number in range(1, 9) for row in entry("VE", str(number), debit="10,00", credit=f"{9 + number % 2},00")
    ]
    shuffled = Random(seed).sample(rows, len(rows))

    straight, mixed = checked(table_text([TABLE[0], *rows])), checked(table_text([TABLE[0], *shuffled]))

    def unbalanced(report):
        return {finding.message for finding in report.findings if finding.code == "entry-unbalanced"}

    assert unbalanced(mixed) == unbalanced(straight)
    assert len(unbalanced(straight)) == 4
    assert (mixed.debit_cents, mixed.credit_cents) == (straight.debit_cents, straight.credit_cents)


@pytest.mark.parametrize("count", [3_000, 9_001])
def test_entries_hold_together_across_the_bounds_of_batches(count):
    report = checked(file_of(*(entry("VE", str(number)) for number in range(1, count + 1))))

    assert report.findings == ()
    assert (report.entries, report.lines) == (count, 2 * count)

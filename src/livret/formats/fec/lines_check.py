"""What each line says by itself: blanks, sides, days, pairs of fields, labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from dateutil.relativedelta import relativedelta

from livret.kernel.money import euros_of

from .catalogue import Findings
from .fields import BLOCKING, REPORTED
from .reader import Batch

LABELS = 50_000  # Distinct codes whose first label is remembered.

_ACCOUNT = re.compile(r"[0-9]{3}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_LABELLED = (("JournalCode", "JournalLib"), ("CompteNum", "CompteLib"))


class LineChecks:
    """Checks of lines one by one. columns: those of the header; closing: last day of the fiscal year, if known."""

    def __init__(self, findings: Findings, *, columns: Iterable[str], closing: date | None) -> None:
        self._findings = findings
        self._columns = frozenset(columns)
        self._closing = closing
        self._opening = closing and closing - relativedelta(months=12)
        self._labels: dict[tuple[str, str], str] = {}

    def feed(self, batch: Batch) -> None:
        self._check_blanks(batch)
        self._check_accounts(batch)
        self._check_sides(batch)
        self._check_signs(batch)
        self._check_year(batch)
        self._check_validation(batch)
        self._check_letters(batch)
        self._check_currencies(batch)
        self._check_labels(batch)

    def _check_blanks(self, batch: Batch) -> None:
        for code, names in (("value-missing", BLOCKING), ("value-absent", REPORTED)):
            for name in names:
                if name in self._columns and "" in batch.texts[name]:
                    blank = _rows_in(batch.texts[name], {""})
                    self._findings.add_each(code, blank, numbers=batch.numbers, column=name)

    def _check_accounts(self, batch: Batch) -> None:
        accounts = batch.texts["CompteNum"]
        wrong = {account for account in set(accounts) if account and not _ACCOUNT.match(account)}
        self._add("account-number", batch, "CompteNum", _rows_in(accounts, wrong), lambda row: {"value": accounts[row]})

    def _check_sides(self, batch: Batch) -> None:
        pairs = zip(batch.debits, batch.credits, strict=True)
        odd = [row for row, (debit, credit) in enumerate(pairs) if (not debit) is (not credit)]
        for row in odd:
            debit, credit = batch.debits[row], batch.credits[row]
            if debit:
                values = {"debit": euros_of(debit), "credit": euros_of(credit)}
                self._findings.add("both-sides", line=batch.numbers[row], column="Credit", **values)
            elif row not in batch.unreadable:
                self._findings.add("no-amount", line=batch.numbers[row], column="Debit")

    def _check_signs(self, batch: Batch) -> None:
        for name, amounts in (("Debit", batch.debits), ("Credit", batch.credits)):
            if min(amounts) < 0:
                for number, cents in zip(batch.numbers, amounts, strict=True):
                    if cents < 0:
                        self._findings.add("negative-amount", line=number, column=name, value=euros_of(cents))

    def _check_year(self, batch: Batch) -> None:
        days = batch.days["EcritureDate"]
        closing, opening = self._closing, self._opening
        if closing is None or opening is None:
            return
        late = {day for day in set(days) if day and day > closing}
        early = {day for day in set(days) if day and day <= opening}
        for code, wrong in (("date-after-year", late), ("date-before-year", early)):
            rows = _rows_in(days, wrong)
            self._add(code, batch, "EcritureDate", rows, lambda row: {"value": days[row], "closing": closing})

    def _check_validation(self, batch: Batch) -> None:
        entered, validated = batch.days["EcritureDate"], batch.days["ValidDate"]
        wrong = {
            pair for pair in set(zip(entered, validated, strict=True)) if pair[0] and pair[1] and pair[1] < pair[0]
        }
        for row in _rows_in(list(zip(entered, validated, strict=True)), wrong):
            values = {"entry": entered[row], "value": validated[row]}
            self._findings.add("validated-before-entry", line=batch.numbers[row], column="ValidDate", **values)

    def _check_letters(self, batch: Batch) -> None:
        letters, dates, days = batch.texts["EcritureLet"], batch.texts["DateLet"], batch.days["DateLet"]
        undated = [row for row, (letter, text) in enumerate(zip(letters, dates, strict=True)) if letter and not text]
        unlettered = [row for row, (letter, day) in enumerate(zip(letters, days, strict=True)) if day and not letter]
        self._add("letter-without-date", batch, "DateLet", undated, lambda row: {"value": letters[row]})
        self._add("letter-date-without-letter", batch, "EcritureLet", unlettered, lambda row: {"value": days[row]})

    def _check_currencies(self, batch: Batch) -> None:
        texts, currencies = batch.texts["Montantdevise"], batch.texts["Idevise"]
        if not any(texts) and not any(currencies):
            return
        amounts = batch.currency_amounts
        for number, text, amount, currency in zip(batch.numbers, texts, amounts, currencies, strict=True):
            if amount and not currency:
                self._findings.add("currency-missing", line=number, column="Idevise", value=text)
            elif currency and not text and currency != "EUR":
                self._findings.add("currency-amount-missing", line=number, column="Montantdevise", value=currency)
            if currency and not _CURRENCY.fullmatch(currency):
                self._findings.add("currency-code", line=number, column="Idevise", value=currency)

    def _check_labels(self, batch: Batch) -> None:
        for key, label in _LABELLED:
            if key in self._columns and label in self._columns:
                self._check_label(batch, key, label)

    def _check_label(self, batch: Batch, key: str, label: str) -> None:
        pairs = list(zip(batch.texts[key], batch.texts[label], strict=True))
        known = self._labels
        varying: set[tuple[str, str]] = set()
        for code, text in dict.fromkeys(pairs):
            if len(known) < LABELS:
                known.setdefault((key, code), text)
            if known.get((key, code), text) != text and text:
                varying.add((code, text))
        rows = _rows_in(pairs, varying)
        self._add("label-varies", batch, label, rows, lambda row: _labels(pairs[row], known[key, pairs[row][0]]))

    def _add(
        self, code: str, batch: Batch, column: str, rows: Sequence[int], values: Callable[[int], Mapping[str, object]]
    ) -> None:
        self._findings.add_each(code, rows, numbers=batch.numbers, column=column, values=values)


def _labels(pair: tuple[str, str], expected: str) -> dict[str, object]:
    return {"key": pair[0], "value": pair[1], "expected": expected}


def _is_before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other


def _rows_in(values: Sequence[object], wrong: AbstractSet[object]) -> list[int]:
    return [row for row, value in enumerate(values) if value in wrong] if wrong else []

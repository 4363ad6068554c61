"""What keeps the lines of a FEC out of the books of a fiscal year, told line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from livret.formats.fec import Findings, Readable
from livret.formats.fec.reader import Batch, Reader
from livret.kernel.findings import Finding, Severity
from livret.kernel.periods import ONE_DAY

SHOWN = 20
TEXTS = (("EcritureLib", 1000), ("PieceRef", 400), ("EcritureNum", 100), ("EcritureLet", 40), ("Idevise", 10))
NAMES = (("JournalCode", 20), ("CompteNum", 40), ("CompAuxNum", 60))
AMOUNT_LIMIT, AMOUNT_STEP = Decimal("1e17"), Decimal("0.000001")


def fits(batch: Batch, *, first: date, last: date) -> bool:
    """Tell whether every line of *batch* is dated from *first* to *last* and no value is too long to be kept."""
    days = set(batch.days["EcritureDate"])
    if None in days or not all(first <= day <= last for day in days if day):
        return False
    if any(max(map(len, batch.texts[column])) > limit for column, limit in (*TEXTS, *NAMES)):
        return False
    return not any(amount is not None and _is_too_precise(amount) for amount in batch.currency_amounts)


def _is_too_precise(amount: Decimal) -> bool:
    return abs(amount) >= AMOUNT_LIMIT or amount != amount.quantize(AMOUNT_STEP)


def obstacles(stream: Readable, *, first_day: date, last_day: date, locked_until: date | None) -> Iterator[Finding]:
    """Yield what keeps the lines of the FEC in *stream* out of the year, at most a page of each kind."""
    shown: Counter[str] = Counter()
    named: set[tuple[str, str]] = set()
    first = max(first_day, locked_until or first_day)
    for batch in Reader(stream, Findings()).batches():
        if fits(batch, first=first, last=last_day):
            continue
        for finding in (*_long_names(batch, named), *_long_texts(batch), *_days(batch, first_day, last_day, first)):
            shown[finding.code] += 1
            if shown[finding.code] <= SHOWN:
                yield finding


def _long_names(batch: Batch, named: set[tuple[str, str]]) -> Iterator[Finding]:
    message = _("“%(value)s…” is longer than the %(limit)s characters that the books can hold. Shorten it.")
    for column, limit in NAMES:
        for text in dict.fromkeys(batch.texts[column]):
            if len(text) > limit and (column, text) not in named:
                named.add((column, text))
                yield _error(None, column, "value-too-long", message % {"value": text[:60], "limit": limit})


def _long_texts(batch: Batch) -> Iterator[Finding]:
    message = _("This value is longer than the books can hold. Shorten it.")
    amounts = batch.currency_amounts
    found = [(number, "Montantdevise") for number, amount in zip(batch.numbers, amounts, strict=True)
             if amount is not None and _is_too_precise(amount)]  # fmt: skip
    for column, limit in TEXTS:
        found += [(n, column) for n, text in zip(batch.numbers, batch.texts[column], strict=True) if len(text) > limit]
    for number, column in sorted(found):
        yield _error(number, column, "value-too-long", message)


def _days(batch: Batch, first_day: date, last_day: date, unlocked: date) -> Iterator[Finding]:
    for number, day in zip(batch.numbers, batch.days["EcritureDate"], strict=True):
        if day is None or not first_day <= day <= last_day:
            yield _error(number, "EcritureDate", "date-outside-year", _outside(day, first_day, last_day))
        elif day < unlocked:
            yield _error(number, "EcritureDate", "date-in-locked-period", _locked(day, unlocked))


def _outside(day: date | None, first_day: date, last_day: date) -> str:
    if day is None:
        return _("The line has no date.")
    words = {"day": f"{day:%d/%m/%Y}", "first": f"{first_day:%d/%m/%Y}", "last": f"{last_day:%d/%m/%Y}"}
    return _("The line is dated %(day)s, outside the fiscal year from %(first)s to %(last)s.") % words


def _locked(day: date, until: date) -> str:
    words = {"day": f"{day:%d/%m/%Y}", "last": f"{until - ONE_DAY:%d/%m/%Y}"}
    return (
        _("The line is dated %(day)s, in the period locked up to %(last)s. Have it unlocked, or change the date.")
        % words
    )


def lines_of(stream: Readable, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return the number of the first line of each journal and number among *wanted*."""
    found: dict[tuple[str, str], int] = {}
    for batch in Reader(stream, Findings()).batches():
        heads = zip(batch.texts["JournalCode"], batch.texts["EcritureNum"], batch.numbers, strict=True)
        for code, number, line in heads:
            if (code, number) in wanted:
                found.setdefault((code, number), line)
    return found


def _error(line: int | None, column: str, code: str, message: str) -> Finding:
    return Finding(line, column, code, Severity.ERROR, message)

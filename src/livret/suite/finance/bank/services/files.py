"""Files of statements: upload, check, confirm; what the check saw is kept with the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.blobs import store
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias, current_place
from livret.core.ui.figures import day_text
from livret.formats.bank import Findings, Head, Item, Movement, Tail, Unreadable
from livret.formats.bank.reading import kind_of, read
from livret.kernel.errors import Refusal
from livret.kernel.findings import is_valid
from livret.kernel.money import euros_of
from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount, Statement, StatementFile

CHECK_TASK, IMPORT_TASK = "bank.check_file", "bank.import_file"
MOST_STATEMENTS = 5000
State = StatementFile.State


class FileRefused(Refusal):
    """The file cannot be imported, now or as it is."""


@dataclass(slots=True)
class Seen:
    """One statement as the check saw it."""

    identifier: str
    holder: str
    currency: str
    opening: tuple[str, int] | None
    number: str
    movements: int = 0
    money_in: int = 0
    money_out: int = 0
    first_on: str = ""
    last_on: str = ""
    closing: tuple[str, int] | None = None


def upload(chunks: Iterable[bytes], *, company: Company, file_name: str, by: Actor, at: datetime) -> StatementFile:
    """Keep a file that was sent, on disk when this returns; it is not checked yet."""
    blob = store.put(chunks, owner=str(current_place().environment_id))
    with transaction.atomic(using=current_alias()):
        held = StatementFile.objects.create(
            company=company,
            digest=blob.digest,
            file_name=file_name[-255:],
            size=blob.size,
            author_id=by.id,
            author_name=by.name,
            uploaded_at=at,
        )
        record("bank.file.uploaded", held, by=by, at=at, detail={"digest": blob.digest, "size": blob.size})
    return held


def ask_for_check(held: StatementFile) -> None:
    """Have the check of a large file done as a job."""
    with transaction.atomic(using=current_alias()):
        outbox.post(CHECK_TASK, file_id=held.pk)


def open_file(held: StatementFile) -> BinaryIO:
    return store.open_blob(held.digest, owner=str(current_place().environment_id))


def check_file(file_id: int, *, at: datetime, lang: str = "fr") -> StatementFile:
    """Read the whole file, note on it what it holds and what is wrong; nothing else is written."""
    held = StatementFile.objects.select_related("company").get(pk=file_id)
    if held.state != State.UPLOADED:
        return held
    findings = Findings(lang)
    with closing(open_file(held)) as stream:
        kind = kind_of(stream.read(4096))
    seen = _seen(held, findings)
    found = [finding.as_dict() for finding in findings.result()]
    twin = twin_of(held)
    held.summary = {"kind": kind, "statements": [_kept(one) for one in seen]}
    held.findings = [*found, *_of_books(held.company, seen)]
    held.refusal = same_file(twin) if twin else ""
    is_good = bool(seen) and is_valid(findings.result()) and twin is None
    held.state, held.ended_at = (State.CHECKED, None) if is_good else (State.REFUSED, at)
    held.movements = sum(one.movements for one in seen)
    held.save(update_fields=["summary", "findings", "refusal", "state", "ended_at", "movements"])
    return held


def _seen(held: StatementFile, findings: Findings) -> list[Seen]:
    seen: list[Seen] = []
    try:
        with closing(open_file(held)) as stream:
            for item in read(stream, findings):
                _note(seen, item)
                if len(seen) > MOST_STATEMENTS:
                    break
    except Unreadable:  # Told by its finding, which refuses the file.
        pass
    return seen


def _note(seen: list[Seen], item: Item) -> None:
    match item:
        case Head():
            opening = (item.opening.on.isoformat(), item.opening.minor) if item.opening else None
            number = item.sequence or item.identifier
            seen.append(Seen(item.account.identifier, item.account.holder, item.currency, opening, number))
        case Movement():
            one = seen[-1]
            one.movements += 1
            one.money_in += max(item.minor, 0)
            one.money_out += max(-item.minor, 0)
            day = item.booked_on.isoformat()
            one.first_on, one.last_on = min(one.first_on or day, day), max(one.last_on, day)
        case Tail():
            seen[-1].closing = (item.closing.on.isoformat(), item.closing.minor) if item.closing else None


def _kept(one: Seen) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _of_books(company: Company, seen: Iterable[Seen]) -> list[dict[str, object]]:
    """Return what the statements held already say against those of the file: gaps, and currencies not kept here."""
    found = []
    known = {one.identifier: one for one in BankAccount.objects.filter(company=company)}
    last: dict[str, tuple[date, int]] = {}
    for one in seen:
        account = known.get(one.identifier)
        if one.currency != company.currency:
            words = {"currency": one.currency, "kept": company.currency}
            message = _(
                "The account is in %(currency)s: movements in %(kept)s only are matched with these books. "
                "Write its entries in the entry grid."
            )
            found.append(_finding("account-currency", "error", message % words))
        before = last.get(one.identifier) or (closing_before(account, one) if account else None)
        if before and one.opening and one.opening[1] != before[1]:
            found.append(_gap(before, one.opening))
        if one.closing:
            last[one.identifier] = (date.fromisoformat(one.closing[0]), one.closing[1])
    return found


def closing_before(account: BankAccount, one: Seen) -> tuple[date, int] | None:
    """Return the closing balance, held here, of the statement just before *one*."""
    rows = Statement.objects.filter(bank_account=account, closing_on__isnull=False)
    start = one.opening[0] if one.opening else one.first_on
    if start:
        rows = rows.filter(closing_on__lte=date.fromisoformat(start))
    found = rows.order_by("-closing_on", "-pk").first()
    return (found.closing_on, found.closing_cents) if found and found.closing_on else None  # type: ignore[return-value]


def _gap(before: tuple[date, int], opening: tuple[str, int]) -> dict[str, object]:
    words = {
        "closing": euros_text(before[1]),
        "day": day_text(before[0]),
        "opening": euros_text(opening[1]),
        "on": day_text(date.fromisoformat(opening[0])),
    }
    message = _(
        "The statement before closes on %(day)s at %(closing)s €, this one opens on %(on)s at %(opening)s €: "
        "a statement between the two is missing. Import it first, or after: the difference stays shown until then."
    )
    return _finding("statement-gap", "warning", message % words)


def euros_text(cents: int) -> str:
    return f"{euros_of(cents):f}".replace(".", ",")


def _finding(code: str, severity: str, message: str) -> dict[str, object]:
    return {"line": None, "column": None, "code": code, "severity": severity, "message": message}


def twin_of(held: StatementFile) -> StatementFile | None:
    """Return the import of the very same file, if there was one."""
    return StatementFile.objects.filter(company=held.company, digest=held.digest, state=State.DONE).first()


def same_file(twin: StatementFile) -> str:
    """Return the words that refuse a file already imported by *twin*."""
    words = {"name": twin.author_name, "at": day_text(localdate(twin.ended_at)), "number": twin.pk}
    return (
        _("This very file was imported by %(name)s on %(at)s (import no. %(number)s). Nothing was recorded twice.")
        % words
    )


def unknown_accounts(held: StatementFile) -> list[str]:
    """Return the identifiers of the file that no bank account of the company bears."""
    named = dict.fromkeys(one["identifier"] for one in held.summary.get("statements", ()))
    known = set(BankAccount.objects.filter(company=held.company).values_list("identifier", flat=True))
    return [identifier for identifier in named if identifier not in known]


def confirm(held: StatementFile, *, chosen: Mapping[str, int], by: Actor, at: datetime, as_job: bool) -> StatementFile:
    """Ask for a checked file to be imported. chosen: the bank account (its id) by identifier not known yet.

    Raises FileRefused when the file no longer waits for this.
    """
    with transaction.atomic(using=current_alias()):
        locked = StatementFile.objects.select_for_update(of=("self",)).get(pk=held.pk)
        if locked.state != State.CHECKED:
            message = _("This import no longer waits to be confirmed: %(state)s.")
            raise FileRefused(message % {"state": locked.get_state_display()})
        locked.state, locked.chosen = State.CONFIRMED, dict(chosen)
        locked.save(update_fields=["state", "chosen"])
        record("bank.file.confirmed", locked, by=by, at=at)
        if as_job:
            outbox.post(IMPORT_TASK, file_id=locked.pk, asker_id=str(by.id), asker_name=by.name)
    return locked

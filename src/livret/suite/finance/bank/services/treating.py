"""Treating movements: match them with posted lines, post their entry, or write its draft; undo a match."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, connections, transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.finance.bank.models import BankRule, MatchedLine, MatchEvent, Movement, Suggestion
from livret.suite.finance.bank.queries.states import draft_of, entries_stand, treatments_of
from livret.suite.finance.bank.rules.parts import LineKey, Part, lines_of, shared
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, DraftEntry, Entry, EntryOrigin, Line
from livret.suite.finance.services.drafts import TypedEntry, save_draft, validate_draft

ROOM = "bank"


class AlreadyTreated(Refusal):
    """The movement is in the books, or in a draft."""


class Unbalanced(Refusal):
    """The parts do not make the amount of the movement."""


class NotMatchable(Refusal):
    """These lines cannot stand for the movement."""


class SuggestionGone(Refusal):
    """The suggestion no longer holds."""

    def __init__(self) -> None:
        super().__init__(_("The books changed since this was suggested. Look again at what is proposed."))


def match(movement: Movement, lines: Sequence[LineKey], *, by: Actor, at: datetime, reason: str = "") -> None:
    """Say that posted lines of the bank's ledger account stand for *movement*.

    Raises AlreadyTreated, and NotMatchable when they do not sum to it or are taken.
    """
    with transaction.atomic(using=current_alias()):
        _hold(movement)
        held = [row for row in _lines(lines) if row.account_id == movement.bank_account.account_id]
        total = sum(row.debit_cents - row.credit_cents for row in held)
        if not lines or len(held) != len(set(lines)) or total != movement.cents:
            raise NotMatchable(_("These lines of the bank's account do not sum to the movement."))
        if _own_entries(movement, lines):
            raise NotMatchable(_("One of these lines stands for another movement already."))
        _add_matches(movement, held)
        _note(movement, MatchEvent.Kind.MATCHED, lines, reason, by=by, at=at)
        Suggestion.objects.filter(movement=movement).delete()


def _own_entries(movement: Movement, lines: Sequence[LineKey]) -> bool:
    """Tell whether one of *lines* is of an entry that another movement put in the books, and that stands."""
    posted = EntryOrigin.objects.filter(company=movement.bank_account.company_id, room=ROOM)
    entries = posted.filter(entry__in={entry for entry, _position in lines}).values_list("entry", flat=True)
    undone = Entry.objects.filter(reverses__in=entries).values_list("reverses", flat=True)
    return bool(set(entries) - set(undone))


def _add_matches(movement: Movement, lines: Sequence[Line]) -> None:
    try:
        with transaction.atomic(using=current_alias()):
            MatchedLine.objects.bulk_create(
                MatchedLine(
                    movement=movement,
                    entry_id=line.entry_id,
                    position=line.position,
                    date=line.date,
                    cents=line.debit_cents - line.credit_cents,
                )
                for line in lines
            )
    except IntegrityError as error:
        raise NotMatchable(_("One of these lines stands for another movement already.")) from error


def unmatch(movement: Movement, *, reason: str, by: Actor, at: datetime) -> None:
    """Take a match back; an event keeps what it held and why it ended. Entries stay as they are.

    Raises NotMatchable when it was taken back already, or could never be made again: the year of an entry was purged.
    """
    with transaction.atomic(using=current_alias()):
        lock(movement)
        rows = list(MatchedLine.objects.filter(movement=movement).values_list("entry_id", "position"))
        if not rows:
            raise NotMatchable(_("This movement is not matched any more."))
        if not entries_stand({entry for entry, _position in rows}):
            words = _("The detail of the fiscal year of this entry was purged: the match stays, for good.")
            raise NotMatchable(words)
        MatchedLine.objects.filter(movement=movement).delete()
        _note(movement, MatchEvent.Kind.UNMATCHED, rows, reason, by=by, at=at)


def _note(movement: Movement, kind: str, lines: Sequence[LineKey], reason: str, *, by: Actor, at: datetime) -> None:
    MatchEvent.objects.create(
        movement=movement,
        kind=kind,
        lines=[list(key) for key in lines],
        reason=reason,
        author_id=by.id,
        author_name=by.name,
        at=at,
    )
    record(f"bank.movement.{kind}", movement, by=by, at=at)


def write_draft(movement: Movement, parts: Sequence[Part], *, by: Actor, at: datetime) -> DraftEntry:
    """Write the entry of *movement* as a draft, for somebody to validate. Raises AlreadyTreated, Unbalanced."""
    with transaction.atomic(using=current_alias()):
        _hold(movement)
        if sum(part.cents for part in parts) != movement.cents:
            raise Unbalanced(_("The shares do not make the amount of the movement. Correct them, then record."))
        draft = save_draft(_typed(movement, parts), by=by, at=at)
        Suggestion.objects.filter(movement=movement).delete()
    return draft


def post(
    movement: Movement, parts: Sequence[Part], *, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> Entry:
    """Post the entry of *movement* and letter what it settles.

    Raises AlreadyTreated, Unbalanced, and all that keeps an entry out of the books: NotReady, YearClosed, PeriodLocked,
    YearBusy, CeilingReached, NotLetterable.
    """
    with transaction.atomic(using=current_alias()):
        draft = write_draft(movement, parts, by=by, at=at)
        return validate_draft(draft, version=draft.version, allowance=allowance, by=by, at=at, today=today)


def _typed(movement: Movement, parts: Sequence[Part]) -> TypedEntry:
    account, label = movement.bank_account, _label(movement)
    return TypedEntry(
        journal=account.journal,
        on=movement.booked_on,
        label=label,
        piece_ref=(movement.end_to_end or movement.reference or f"REL {movement.booked_on:%Y-%m}")[:100],
        piece_date=movement.booked_on,
        lines=lines_of(parts, bank=account.account.number, label=label),
        origin=(ROOM, _key(movement)),
    )


def _label(movement: Movement) -> str:
    words = movement.label or movement.party_name or movement.code or f"#{movement.pk}"
    if movement.party_name and movement.party_name.lower() not in words.lower():
        words = f"{words} – {movement.party_name}"
    return words[:200]


def _key(movement: Movement) -> str:
    """Return the origin of the next entry: the movement, then its rank once an earlier entry was reversed."""
    posted = EntryOrigin.objects.filter(company=movement.bank_account.company_id, room=ROOM)
    earlier = posted.filter(key=str(movement.pk)).count() + posted.filter(key__startswith=f"{movement.pk}.").count()
    return f"{movement.pk}.{earlier + 1}" if earlier else str(movement.pk)


def accept(
    suggestion: Suggestion,
    *,
    may_post: bool,
    allowance: Allowance | None,
    by: Actor,
    at: datetime,
    today: date,
) -> None:
    """Do what a suggestion proposes: match, post, or write a draft for those who may not post.

    Raises SuggestionGone when it was replaced, and what match, post and write_draft raise.
    """
    movement = suggestion.movement
    if suggestion.kind == Suggestion.Kind.LINE:
        match(movement, [(entry, position) for entry, position in suggestion.proposal["lines"]], by=by, at=at)
    elif may_post:
        post(movement, parts_of(suggestion), allowance=allowance, by=by, at=at, today=today)
    else:
        write_draft(movement, parts_of(suggestion), by=by, at=at)


def parts_of(suggestion: Suggestion) -> list[Part]:
    """Return the parts of the entry that a suggestion proposes. Raises SuggestionGone."""
    movement, proposal = suggestion.movement, suggestion.proposal
    if suggestion.kind == Suggestion.Kind.RULE:
        rule = BankRule.objects.select_related("auxiliary").filter(pk=proposal["rule"]).first()
        if rule is None:
            raise SuggestionGone
        return parts_of_rule(rule, movement.cents)
    account = ChartAccount.objects.filter(pk=proposal["account"]).first()
    party = AuxiliaryAccount.objects.filter(pk=proposal["auxiliary"]).first() if proposal["auxiliary"] else None
    if account is None:
        raise SuggestionGone
    if "vat_account" in proposal:
        tax = ChartAccount.objects.filter(pk=proposal["vat_account"]).first()
        if tax is None:
            raise SuggestionGone
        whole = Part(account.number, "", movement.cents, vat_code=proposal["vat_code"])
        return shared(whole, tax.number, Decimal(proposal["vat_rate"]))
    letters = tuple((entry, position) for entry, position in proposal.get("lines", ()))
    return [Part(account.number, party.number if party else "", movement.cents, letters=letters)]


def parts_of_rule(rule: BankRule, cents: int) -> list[Part]:
    """Return how *rule* shares *cents*: the account alone, or without the tax and the tax."""
    party = rule.auxiliary.number if rule.auxiliary else ""
    return shared(Part(rule.account, party, cents, rule.label, rule.vat_code), rule.vat_account, rule.vat_rate)


def _hold(movement: Movement) -> None:
    """Lock *movement* for the rest of the transaction. Raises AlreadyTreated."""
    lock(movement)
    if treatments_of(movement):
        raise AlreadyTreated(_("Somebody treated this movement already."))
    if draft_of(movement):
        raise AlreadyTreated(_("A draft of this movement waits to be validated. Validate it, or delete it."))


def lock(movement: Movement) -> None:
    """Let one transaction at a time treat a movement."""
    with connections[current_alias()].cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(hashtext('bank.movement'), hashint8(%s))", [movement.pk])


def _lines(lines: Sequence[LineKey]) -> list[Line]:
    wanted = set(lines)
    rows = Line.objects.filter(entry_id__in={entry for entry, _position in lines})
    return [row for row in rows if (row.entry_id, row.position) in wanted]

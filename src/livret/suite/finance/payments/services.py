"""Preparing a batch of transfers, approving it with its file, sending it into the books, or cancelling it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.blobs import store
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias, current_place
from livret.formats import sepa
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.company.services import lock
from livret.suite.finance.bank.models import BankAccount
from livret.suite.finance.models import Entry, LetteredLine, Line, Party
from livret.suite.finance.payments.models import PaidLine, PaymentBatch, PaymentItem
from livret.suite.finance.payments.queries import Due, items_of, payees_of, proposal, standing_in, token_of
from livret.suite.finance.payments.rules import blocking, message_id, remittance, wants_structured_address
from livret.suite.finance.queries.open_items import lines_at
from livret.suite.finance.services.ledger import NewEntry, NewLine, post
from livret.suite.finance.services.lettering import NotLetterable, letter

State = PaymentBatch.State
LineKey = tuple[int, int]


class PaymentRefused(Refusal):
    """The payment cannot be made so."""


def prepare(
    year: FiscalYear,
    *,
    bank_account: BankAccount,
    execution_on: date,
    until: date,
    amounts: Mapping[LineKey, int],
    schema: str = sepa.SCHEMAS[0],
    by: Actor,
    at: datetime,
    today: date,
) -> PaymentBatch:
    """Prepare one transfer for each party of the chosen lines.

    amounts: of each line, the cents to pay of it, below zero for a credit note.
    Raises PaymentRefused: nothing chosen, a line that is no longer due, more than is open on it, a party that cannot be
    paid by transfer, a line that another batch pays.
    """
    if execution_on < today:
        raise PaymentRefused(_("The day of execution is over. Choose today or a later day."))
    offered = {
        (line.entry_id, line.position): (due, line.cents)
        for due in proposal(year, until=until, on=today).dues
        for line in due.lines
    }
    chosen = _chosen(offered, amounts)
    try:
        with transaction.atomic(using=current_alias()):
            batch = PaymentBatch.objects.create(
                company_id=year.company_id,
                bank_account=bank_account,
                execution_on=execution_on,
                schema=schema,
                message_id=_next_message(year),
                prepared_by=by.name,
                prepared_at=at,
            )
            for rank, (due, keys) in enumerate(chosen, start=1):
                _add_item(batch, rank, due, {key: amounts[key] for key in keys})
            _require_open(batch)
            record("payments.batch.prepared", batch, by=by, at=at, detail={"transfers": len(chosen)})
    except IntegrityError as error:
        if "line_paid_by_one_batch_at_a_time" not in str(error):
            raise
        raise PaymentRefused(_("Another batch pays one of these lines. Look at it before you pay twice.")) from None
    return batch


def _chosen(
    offered: Mapping[LineKey, tuple[Due, int]], amounts: Mapping[LineKey, int]
) -> list[tuple[Due, list[LineKey]]]:
    if not amounts:
        raise PaymentRefused(_("Choose at least one line to pay."))
    found: dict[int, tuple[Due, list[LineKey]]] = {}
    for key, cents in amounts.items():
        if key not in offered:
            raise PaymentRefused(_("A line was paid or lettered meanwhile. Nothing was prepared; look again."))
        due, signed = offered[key]
        if cents == 0 or (cents > 0) != (signed < 0) or abs(cents) > abs(signed):
            words = _("%(name)s: the amount of a line is more than what is open on it, or on the wrong side.")
            raise PaymentRefused(words % {"name": due.label or due.number})
        found.setdefault(id(due), (due, []))[1].append(key)
    return list(found.values())


def _next_message(year: FiscalYear) -> str:
    lock(f"payments.{year.company_id}")
    last = PaymentBatch.objects.filter(company_id=year.company_id).order_by("-pk").first()
    number = int(last.message_id.rpartition("-")[2]) if last else 0
    return message_id(year.company.siren, number + 1)


def _add_item(batch: PaymentBatch, rank: int, due: Due, amounts: Mapping[LineKey, int]) -> None:
    cents = sum(amounts.values())
    if problems := blocking(due.payee, cents=cents, execution_on=batch.execution_on):
        raise PaymentRefused(f"{due.label or due.number}: {problem_words(problems[0])}")
    party = Party.objects.get(pk=due.auxiliary_id)
    references = [line.piece_ref for line in due.lines if (line.entry_id, line.position) in amounts]
    item = PaymentItem.objects.create(
        batch=batch,
        auxiliary_id=due.auxiliary_id,
        account_id=due.account_id,
        name=sepa.latin(due.payee.name)[:70],
        iban=party.iban,
        bic=party.bic,
        address=_address_of(party),
        cents=cents,
        end_to_end=f"{batch.message_id}-{rank}"[-35:],
        remittance=remittance(references) or batch.message_id,
    )
    PaidLine.objects.bulk_create(
        PaidLine(item=item, entry_id=entry, position=position, cents=part)
        for (entry, position), part in amounts.items()
    )


def problem_words(code: str) -> str:
    """Return in words what keeps a party from being paid by transfer, and what to do."""
    return {
        "no-iban": _("no IBAN is known. Write it on the card of the party."),
        "bad-iban": _("the IBAN is not valid. Correct it on the card of the party."),
        "name": _("the name cannot be written in the characters of the SEPA schemes."),
        "address": _("the address lacks its town or country: since 15 November 2026 both stand in their own fields."),
        "amount": _("nothing is left to pay once the credit notes are taken off."),
    }[code]


def _address_of(party: Party) -> dict[str, str]:
    names = ("building", "street", "postcode", "town", "country")
    return {name: getattr(party, name) for name in names if getattr(party, name)}


def approve(batch: PaymentBatch, *, seen: str, by: Actor, at: datetime) -> PaymentBatch:
    """Make the file of a prepared batch, for good. seen: the token of the transfers that its approver looked at.

    Raises PaymentRefused: the transfers are others by now, bank details changed or are bad, or a line was paid
    otherwise since the batch was prepared.
    """
    with transaction.atomic(using=current_alias()):
        held = held_batch(batch, State.PREPARED)
        items = items_of(held)
        if seen != token_of(items):
            words = _("The batch changed since you looked at it. Look at its transfers again, then approve it.")
            raise PaymentRefused(words)
        _require_same_details(held, items)
        _require_open(held)
        order = _order(held, items, at=at)
        if found := sepa.order_findings(order, wants_structure=wants_structured_address(held.execution_on)):
            raise PaymentRefused(" ".join(finding.message for finding in found[:5]))
        content = sepa.write_order(order)
        blob = store.put([content], owner=str(current_place().environment_id))
        held.state, held.digest, held.file_size = State.APPROVED, blob.digest, blob.size
        held.approved_by, held.approved_at = by.name, at
        held.save(update_fields=["state", "digest", "file_size", "approved_by", "approved_at"])
        record("payments.batch.approved", held, by=by, at=at, detail={"digest": blob.digest, "transfers": len(items)})
    return held


def _require_open(batch: PaymentBatch) -> None:
    """Refuse to pay more than the letterings of the lines leave open. Raises PaymentRefused."""
    rows = PaidLine.objects.select_related("item").filter(item__batch=batch, is_live=True)
    paid = {(row.entry_id, row.position): row for row in rows}
    held = [line for line in lines_at(list(paid), company_id=batch.company_id) if line.lettering_id]
    sums: defaultdict[int | None, int] = defaultdict(int)
    for line in held:
        sums[line.lettering_id] += paid[line.entry_id, line.position].cents
    members = LetteredLine.objects.filter(lettering__in=sums).values_list("entry_id", "position")
    for line in lines_at(list(members), company_id=batch.company_id):
        sums[line.lettering_id] += line.cents
    if names := {paid[line.entry_id, line.position].item.name for line in held if sums[line.lettering_id] > 0}:
        words = _("%(names)s: lines were paid or lettered meanwhile, or more is to be paid than is left on them.")
        raise PaymentRefused(words % {"names": ", ".join(sorted(names)[:5])})


def _require_same_details(batch: PaymentBatch, items: Sequence[PaymentItem]) -> None:
    now = payees_of(batch.company_id, {item.auxiliary_id for item in items})
    changed = [item.name for item in items if now[item.auxiliary_id].iban != item.iban]
    if changed:
        words = ngettext(
            "The IBAN of %(names)s changed since the batch was prepared. Cancel it and prepare it again.",
            "The IBAN of these parties changed since the batch was prepared: %(names)s. Cancel it, prepare it again.",
            len(changed),
        )
        raise PaymentRefused(words % {"names": ", ".join(changed[:5])})


def _order(batch: PaymentBatch, items: Sequence[PaymentItem], *, at: datetime) -> sepa.Order:
    return sepa.Order(
        message_id=batch.message_id,
        made_at=at,
        name=batch.company.name,
        iban=batch.bank_account.identifier,
        execution_on=batch.execution_on,
        schema=batch.schema,  # type: ignore[arg-type]
        transfers=[
            sepa.Transfer(
                end_to_end=item.end_to_end,
                name=item.name,
                iban=item.iban,
                bic=item.bic,
                cents=item.cents,
                remittance=item.remittance,
                address=sepa.Address(**item.address),
            )
            for item in items
        ],
    )


def send(batch: PaymentBatch, *, allowance: Allowance | None, by: Actor, at: datetime, today: date) -> PaymentBatch:
    """Note that the bank has the file: the payments enter the books on their day, and letter what they pay.

    One entry for the batch, as the bank books it. Raises PaymentRefused when no fiscal year holds the day, and what
    posting raises. Of a line of the year before, the opening balance is lettered, where it was carried forward.
    """
    with transaction.atomic(using=current_alias()):
        held = held_batch(batch, State.APPROVED)
        years = FiscalYear.objects.select_related("company").filter(company_id=held.company_id)
        year = years.filter(first_day__lte=held.execution_on, last_day__gte=held.execution_on).first()
        if year is None:
            words = _("No fiscal year holds the %(day)s. Open it first.")
            raise PaymentRefused(words % {"day": f"{held.execution_on:%d/%m/%Y}"})
        items = items_of(held)
        entry = post(_entry(held, items), year=year, allowance=allowance, by=by, at=at, on=today)
        for position, item in enumerate(items, start=1):
            _letter(entry, position, item, by=by, at=at)
        PaidLine.objects.filter(item__batch=held).update(is_live=False)
        held.state, held.entry, held.ended_by, held.ended_at = State.SENT, entry, by.name, at
        held.save(update_fields=["state", "entry", "ended_by", "ended_at"])
        record("payments.batch.sent", held, by=by, at=at, detail={"entry": entry.pk})
    return held


def _entry(batch: PaymentBatch, items: Sequence[PaymentItem]) -> NewEntry:
    total = sum(item.cents for item in items)
    label = _("Transfers %(id)s") % {"id": batch.message_id}
    paid = [
        NewLine(item.account_id, item.auxiliary_id, item.cents, 0, _("Transfer %(name)s") % {"name": item.name})
        for item in items
    ]
    return NewEntry(
        journal_id=batch.bank_account.journal_id,
        on=batch.execution_on,
        label=label,
        piece_ref=batch.message_id,
        piece_date=batch.execution_on,
        lines=(*paid, NewLine(batch.bank_account.account_id, None, 0, total)),
        origin=("payments", str(batch.pk)),
    )


def _letter(entry: Entry, position: int, item: PaymentItem, *, by: Actor, at: datetime) -> None:
    paid = [(line.entry_id, line.position) for line in item.lines.all()]
    opened = standing_in(entry.fiscal_year_id, paid)
    keys = [opened.get(key, key) for key in paid]
    of_year = Line.objects.filter(fiscal_year_id=entry.fiscal_year_id, entry_id__in=[key[0] for key in keys])
    present = {(row.entry_id, row.position) for row in of_year}
    if keys and all(key in present for key in keys):
        try:
            with transaction.atomic(using=current_alias()):
                letter([(entry.pk, position), *keys], by=by, at=at, on=entry.date)
        except NotLetterable:
            return  # Lettered by hand meanwhile: the payment stands, and shows as open.


def cancel(batch: PaymentBatch, *, reason: str, by: Actor, at: datetime) -> PaymentBatch:
    """Give a batch up before the bank has it; its lines are due again. Raises PaymentRefused without a reason."""
    if not reason.strip():
        raise PaymentRefused(_("Say why the batch is cancelled: the reason stays with it."))
    with transaction.atomic(using=current_alias()):
        held = held_batch(batch, State.PREPARED, State.APPROVED)
        PaidLine.objects.filter(item__batch=held).update(is_live=False)
        held.state, held.reason, held.ended_by, held.ended_at = State.CANCELLED, reason.strip()[:400], by.name, at
        held.save(update_fields=["state", "reason", "ended_by", "ended_at"])
        record("payments.batch.cancelled", held, by=by, at=at, detail={"reason": held.reason})
    return held


def held_batch(batch: PaymentBatch, *states: str) -> PaymentBatch:
    """Return *batch* locked until the end of the transaction. Raises PaymentRefused in another state."""
    rows = PaymentBatch.objects.select_for_update(of=("self",)).select_related("company", "bank_account")
    held = rows.get(pk=batch.pk)
    if held.state not in states:
        raise PaymentRefused(
            _("The batch is in another state meanwhile: %(state)s.") % {"state": held.get_state_display()}
        )
    return held

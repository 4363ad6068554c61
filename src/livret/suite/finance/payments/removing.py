"""Taking a line out of a batch that nobody approved yet: its transfer is made again without it, and a trace stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.suite.finance.payments.models import PaidLine, PaymentBatch, PaymentItem, PaymentRemoval
from livret.suite.finance.payments.queries import items_of
from livret.suite.finance.payments.rules import remittance
from livret.suite.finance.payments.services import PaymentRefused, held_batch
from livret.suite.finance.queries.open_items import lines_at


def remove_line(batch: PaymentBatch, line_id: int, *, by: Actor, at: datetime) -> PaymentBatch:
    """Take a line out of a prepared batch; it is due again, and what is left to its party is one transfer.

    Raises PaymentRefused: the batch is approved or over, the line is out already, it is the last of the batch, or only
    credit notes would be left to the party.
    """
    with transaction.atomic(using=current_alias()):
        held = held_batch(batch, PaymentBatch.State.PREPARED)
        items = items_of(held)
        found = [(item, line) for item in items for line in item.lines.all() if line.pk == line_id]
        if not found:
            raise PaymentRefused(_("This line is no longer in the batch. Look at the batch again."))
        item, line = found[0]
        rest = [one for one in item.lines.all() if one.pk != line_id]
        _require_a_rest(item, rest, is_alone=len(items) == 1)
        PaidLine.objects.filter(item=item).update(is_live=False)
        removed = {"entry_id": line.entry_id, "position": line.position, "cents": line.cents}
        PaymentRemoval.objects.create(item=item, **removed, removed_by=by.name, removed_at=at)
        if rest:
            _pay_rest(held, item, rest)
        record("payments.batch.reduced", held, by=by, at=at, detail={"transfer": item.end_to_end, **removed})
    return held


def _require_a_rest(item: PaymentItem, rest: Sequence[PaidLine], *, is_alone: bool) -> None:
    if is_alone and not rest:
        raise PaymentRefused(_("It is the last line of the batch. Cancel the batch instead."))
    if rest and sum(line.cents for line in rest) <= 0:
        words = _("%(name)s: only credit notes would be left. Take them out first, then this line.")
        raise PaymentRefused(words % {"name": item.name})


def _pay_rest(batch: PaymentBatch, item: PaymentItem, rest: Sequence[PaidLine]) -> None:
    """Make one transfer of the lines left, to the bank details of the first one, under the next number."""
    lines = lines_at([(line.entry_id, line.position) for line in rest], company_id=batch.company_id)
    rank = PaymentItem.objects.filter(batch=batch).count() + 1
    made = PaymentItem.objects.create(
        batch=batch,
        auxiliary_id=item.auxiliary_id,
        account_id=item.account_id,
        name=item.name,
        iban=item.iban,
        bic=item.bic,
        address=item.address,
        cents=sum(line.cents for line in rest),
        end_to_end=f"{batch.message_id}-{rank}"[-35:],
        remittance=remittance([line.piece_ref for line in lines]) or batch.message_id,
    )
    PaidLine.objects.bulk_create(
        PaidLine(item=made, entry_id=line.entry_id, position=line.position, cents=line.cents) for line in rest
    )

"""From what falls due to the file of the bank and the books, and never twice."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from lxml import etree

from livret.core.blobs import store
from livret.core.tenancy.context import current_alias, current_place
from livret.suite.finance.bank.tests.factories import posted
from livret.suite.finance.closing.services.forwarding import carry_forward
from livret.suite.finance.models import Entry, LetteredLine, Lettering, Line, Party
from livret.suite.finance.payments import services
from livret.suite.finance.payments.models import PaidLine, PaymentBatch, PaymentRemoval
from livret.suite.finance.payments.queries import items_of, proposal, token_of
from livret.suite.finance.payments.removing import remove_line
from livret.suite.finance.payments.rules import Payee, blocking, remittance, warnings
from livret.suite.finance.payments.tests.factories import (
    ALICE,
    AT,
    OTHER_IBAN,
    TODAY,
    buy,
    make_books,
    make_supplier,
)
from livret.suite.finance.services.lettering import letter
from livret.suite.finance.services.reversal import reverse_entry
from livret.suite.finance.tests.factories import make_year

BY = {"by": ALICE, "at": AT}
UNTIL = date(2026, 3, 31)


@pytest.fixture
def bank(entered):
    return make_books()


@pytest.fixture
def supplier(bank):
    return make_supplier(bank.company)


def year_of(bank):
    return bank.company.fiscal_years.get(last_day=date(2026, 12, 31))


def prepared(bank, amounts, **changed):
    facts = {"bank_account": bank, "execution_on": TODAY, "until": UNTIL, "today": TODAY}
    return services.prepare(year_of(bank), **{**facts, **changed}, amounts=amounts, **BY)


def approved(batch):
    return services.approve(batch, seen=token_of(items_of(batch)), **BY)


def sent(batch):
    return services.send(approved(batch), allowance=None, today=TODAY, **BY)


def file_of(batch):
    with store.open_blob(batch.digest, owner=str(current_place().environment_id)) as stream:
        return etree.fromstring(stream.read())


def due(bank, until=UNTIL):
    return [(one.number, one.cents) for one in proposal(year_of(bank), until=until, on=TODAY).dues]


def test_what_falls_due_is_told_by_stated_day_else_by_the_terms_of_the_party(bank, supplier):
    buy(supplier, 10_000, day=date(2026, 2, 1))
    buy(supplier, 7_000, day=date(2026, 2, 20), piece="FA-2")
    buy(supplier, 500, day=date(2026, 2, 20), piece="FA-3", due_on=date(2026, 3, 1))

    assert due(bank, until=date(2026, 3, 5)) == [("F001", 10_500)]
    assert due(bank) == [("F001", 17_500)]


def test_a_batch_makes_one_transfer_for_each_party_with_its_credit_notes_taken_off(bank, supplier):
    other = make_supplier(bank.company, "F002", "Müller GmbH", OTHER_IBAN)
    lines = {buy(supplier, 10_000): 10_000, buy(supplier, -2_500, piece="AV-1"): -2_500, buy(other, 900): 900}

    batch = approved(prepared(bank, lines))

    amounts = [node.text for node in file_of(batch).iterfind(".//{*}InstdAmt")]
    assert sorted(amounts) == ["75.00", "9.00"]
    assert batch.message_id == f"LIV-{bank.company.siren}-000001"


def test_what_was_sent_is_in_the_books_and_letters_what_it_pays(bank, supplier):
    line = buy(supplier, 10_000)

    batch = sent(prepared(bank, {line: 10_000}))

    credited = Line.objects.get(entry=batch.entry, account=bank.account)
    assert (credited.credit_cents, batch.entry.date) == (10_000, TODAY)
    assert not Lettering.objects.get().is_partial
    assert set(LetteredLine.objects.values_list("entry_id", "position")) == {line, (batch.entry_id, 1)}
    assert due(bank) == []


def test_a_part_can_be_paid_and_the_rest_is_still_due(bank, supplier):
    line = buy(supplier, 10_000)

    sent(prepared(bank, {line: 4_000}))

    assert Lettering.objects.get().is_partial
    assert due(bank) == [("F001", 6_000)]


def test_a_line_that_a_batch_pays_is_no_longer_proposed_and_the_database_refuses_a_second(bank, supplier):
    line = buy(supplier, 10_000)
    batch = prepared(bank, {line: 10_000})

    assert due(bank) == []
    with pytest.raises(services.PaymentRefused, match="payée ou lettrée"):
        prepared(bank, {line: 10_000})
    held = PaidLine.objects.get(item__batch=batch)
    with (
        pytest.raises(IntegrityError, match="line_paid_by_one_batch_at_a_time"),
        transaction.atomic(using=current_alias()),
    ):
        PaidLine.objects.create(item=held.item, entry_id=line[0], position=line[1], cents=1)


def test_a_cancelled_batch_gives_its_lines_back_and_keeps_its_reason(bank, supplier):
    line = buy(supplier, 10_000)
    batch = services.cancel(approved(prepared(bank, {line: 10_000})), reason="Litige", **BY)

    assert (batch.state, batch.reason, due(bank)) == ("cancelled", "Litige", [("F001", 10_000)])
    with pytest.raises(services.PaymentRefused):
        services.send(batch, allowance=None, today=TODAY, **BY)
    assert prepared(bank, {line: 10_000}).message_id.endswith("-000002")


@pytest.mark.parametrize("act", ["approve", "send", "cancel"])
def test_what_was_sent_is_not_sent_changed_or_cancelled_again(bank, supplier, act):
    batch = sent(prepared(bank, {buy(supplier, 10_000): 10_000}))
    further = {
        "approve": {"seen": token_of(items_of(batch))},
        "send": {"allowance": None, "today": TODAY},
        "cancel": {"reason": "Trop tard"},
    }[act]

    with pytest.raises(services.PaymentRefused, match="Envoyé"):
        getattr(services, act)(batch, **further, **BY)

    assert Entry.objects.filter(origin__room="payments").count() == 1


def test_an_iban_changed_after_the_preparation_stops_the_approval(bank, supplier):
    batch = prepared(bank, {buy(supplier, 10_000): 10_000})
    Party.objects.filter(auxiliary=supplier).update(iban=OTHER_IBAN)

    with pytest.raises(services.PaymentRefused, match="Papeterie du Port"):
        approved(batch)

    assert PaymentBatch.objects.get().state == "prepared"


@pytest.mark.parametrize(("cents", "paid"), [(10_000, 10_001), (10_000, -10_000), (10_000, 0), (-500, 500)])
def test_no_more_is_paid_than_what_is_open_and_on_its_side(bank, supplier, cents, paid):
    line = buy(supplier, cents)

    with pytest.raises(services.PaymentRefused):
        prepared(bank, {line: paid})

    assert not PaymentBatch.objects.exists()


@pytest.mark.parametrize(
    "facts", [{"iban": ""}, {"town": "", "country": "", "street": "rue Haute"}], ids=["no IBAN", "free address"]
)
def test_a_party_that_cannot_be_paid_by_transfer_is_refused_by_name(bank, facts):
    given = {"due_days": 30, **facts}
    supplier = make_supplier(bank.company, "F009", "Sans compte", **{"iban": given.pop("iban", OTHER_IBAN)}, **given)
    line = buy(supplier, 100)
    day = date(2026, 11, 20)

    with pytest.raises(services.PaymentRefused, match="Sans compte"):
        prepared(bank, {line: 100}, execution_on=day, today=day)


def test_a_free_address_was_still_taken_before_the_schemes_asked_for_fields():
    payee = Payee("Sans ville", OTHER_IBAN, "", "", has_address=True)

    assert blocking(payee, cents=1, execution_on=date(2026, 11, 14)) == []
    assert blocking(payee, cents=1, execution_on=date(2026, 11, 15)) == ["address"]


def test_a_day_that_is_over_is_refused(bank, supplier):
    with pytest.raises(services.PaymentRefused, match="passé"):
        prepared(bank, {buy(supplier, 100): 100}, execution_on=TODAY - timedelta(1))


@pytest.mark.parametrize(("last", "said"), [("", ["new-iban"]), (OTHER_IBAN, []), ("FR76", ["changed-iban"])])
def test_an_iban_never_paid_or_changed_is_pointed_at(last, said):
    assert warnings(Payee("X", OTHER_IBAN, "Nantes", "FR", has_address=True, last_iban=last)) == said


@pytest.mark.parametrize(
    ("references", "said"),
    [([], ""), (["FA-1"], "FA-1"), (["FA-1", "FA-1", "FA-2"], "FA-1 FA-2"), (["x" * 300], "x" * 130)],
)
def test_the_payee_reads_the_references_of_the_invoices(references, said):
    assert remittance(references) == said


def test_references_that_do_not_fit_are_counted():
    text = remittance([f"FACTURE-{number:05d}" for number in range(40)])

    assert len(text) <= 140
    assert text.startswith("FACTURE-00000 FACTURE-00001")
    assert int(text.rpartition("+")[2]) + text.count("FACTURE") == 40


def test_what_a_later_day_pays_is_not_proposed_again_before_that_day(bank, supplier):
    sent(prepared(bank, {buy(supplier, 10_000): 10_000}, execution_on=TODAY + timedelta(10)))

    assert due(bank) == []


def test_a_line_paid_in_the_next_fiscal_year_is_not_proposed_again_unless_that_is_reversed(bank, supplier):
    make_year(bank.company, date(2027, 1, 1), date(2027, 12, 31))
    batch = sent(prepared(bank, {buy(supplier, 10_000): 10_000}, execution_on=date(2027, 1, 4)))
    paid = due(bank)

    reverse_entry(batch.entry, on=date(2027, 1, 6), reason="Rejet", allowance=None, today=TODAY, **BY)

    assert paid == []
    assert due(bank) == [("F001", 10_000)]


def paid_otherwise(supplier, key, cents):
    bought = posted(supplier.company, [("401000", supplier, cents), ("512000", None, -cents)], day=TODAY, journal="BQ")
    letter([key, (bought.pk, 1)], on=TODAY, **BY)


@pytest.mark.parametrize("cents", [10_000, 4_000])
def test_a_line_paid_otherwise_after_the_preparation_stops_the_approval(bank, supplier, cents):
    key = buy(supplier, 10_000)
    batch = prepared(bank, {key: 10_000})
    paid_otherwise(supplier, key, cents)

    with pytest.raises(services.PaymentRefused, match="Papeterie"):
        approved(batch)


def test_no_more_is_paid_than_a_partial_lettering_leaves(bank, supplier):
    key = buy(supplier, 10_000)
    paid_otherwise(supplier, key, 4_000)

    with pytest.raises(services.PaymentRefused):
        prepared(bank, {key: 10_000})
    assert prepared(bank, {key: 6_000}).items.get().cents == 6_000


def test_a_line_that_a_batch_pays_is_not_paid_again_once_it_is_carried_forward(bank, supplier):
    following = make_year(bank.company, date(2027, 1, 1), date(2027, 12, 31))
    batch = prepared(bank, {buy(supplier, 10_000): 10_000}, execution_on=date(2027, 1, 4))
    carry_forward(year_of(bank), allowance=None, today=TODAY, **BY)
    while_it_waits = proposal(following, until=date(2027, 1, 31), on=date(2027, 1, 4)).dues

    batch = sent(batch)

    assert while_it_waits == ()
    assert proposal(following, until=date(2027, 1, 31), on=date(2027, 1, 4)).dues == ()
    assert not Lettering.objects.get(lines__entry=batch.entry).is_partial


def taken_out(batch, key):
    return remove_line(batch, PaidLine.objects.get(entry=key[0], position=key[1], is_live=True).pk, **BY)


def test_a_line_taken_out_is_due_again_and_its_party_gets_one_transfer_of_the_rest(bank, supplier):
    out, kept = buy(supplier, 10_000), buy(supplier, 2_500, piece="FA-2")
    batch = prepared(bank, {out: 10_000, kept: 2_500})

    batch = taken_out(batch, out)

    assert due(bank) == [("F001", 10_000)]
    assert [removal.cents for removal in PaymentRemoval.objects.all()] == [10_000]
    batch = sent(batch)
    assert [node.text for node in file_of(batch).iterfind(".//{*}InstdAmt")] == ["25.00"]
    assert [node.text for node in file_of(batch).iterfind(".//{*}Ustrd")] == ["FA-2"]
    assert Line.objects.get(entry=batch.entry, account=bank.account).credit_cents == 2_500
    assert due(bank) == [("F001", 10_000)]


def test_the_only_line_of_a_party_takes_the_party_out_and_can_be_paid_by_another_batch(bank, supplier):
    out, kept = buy(supplier, 900), buy(make_supplier(bank.company, "F002", "Autre", OTHER_IBAN), 500)

    batch = taken_out(prepared(bank, {out: 900, kept: 500}), out)

    assert [item.cents for item in items_of(batch)] == [500]
    assert prepared(bank, {out: 900}).items.get().cents == 900


def test_the_last_line_of_a_batch_is_not_taken_out(bank, supplier):
    line = buy(supplier, 900)
    batch = prepared(bank, {line: 900})

    with pytest.raises(services.PaymentRefused, match="Annulez plutôt"):
        taken_out(batch, line)

    assert not PaymentRemoval.objects.exists()


def test_a_line_is_not_taken_out_where_only_credit_notes_would_be_left(bank, supplier):
    line, note = buy(supplier, 900), buy(supplier, -100, piece="AV-1")
    batch = prepared(bank, {line: 900, note: -100})

    with pytest.raises(services.PaymentRefused, match="Papeterie du Port"):
        taken_out(batch, line)

    assert [item.cents for item in items_of(batch)] == [800]


def test_a_line_is_not_taken_out_of_an_approved_batch_nor_twice(bank, supplier):
    first, second, third = (buy(supplier, 100, piece=f"FA-{rank}") for rank in range(3))
    batch = prepared(bank, {first: 100, second: 100, third: 100})
    paid = PaidLine.objects.get(entry=first[0])
    remove_line(batch, paid.pk, **BY)

    with pytest.raises(services.PaymentRefused, match="plus dans"):
        remove_line(batch, paid.pk, **BY)
    approved(batch)
    with pytest.raises(services.PaymentRefused, match="Approuvé"):
        taken_out(batch, second)


def test_a_batch_that_changed_since_its_approver_looked_is_not_approved(bank, supplier):
    line, note = buy(supplier, 900), buy(supplier, -100, piece="AV-1")
    batch = prepared(bank, {line: 900, note: -100})
    seen = token_of(items_of(batch))
    taken_out(batch, note)

    with pytest.raises(services.PaymentRefused, match="a changé depuis"):
        services.approve(batch, seen=seen, **BY)

    assert PaymentBatch.objects.get().state == "prepared"
    assert approved(batch).state == "approved"

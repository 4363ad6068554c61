"""A job is done with the rights that its asker has when it runs, not with those of the moment of asking."""

from functools import partial

import pytest

from livret.core.jobs.queue import Delivery
from livret.core.people import Actor
from livret.core.resident.models import OutboxMessage
from livret.core.tenancy.context import inside
from livret.suite.company.models import ApplicationAccount, Grant
from livret.suite.company.queries import company_with_siren
from livret.suite.finance import jobs as finance
from livret.suite.finance import told
from livret.suite.finance.bank import jobs as bank
from livret.suite.finance.bank.models import Movement, StatementFile
from livret.suite.finance.bank.services import bulk
from livret.suite.finance.bank.services import files as statement_files
from livret.suite.finance.bank.tests import factories as banking
from livret.suite.finance.closing import jobs as closing
from livret.suite.finance.closing.models import ClosingWork
from livret.suite.finance.closing.services import works
from livret.suite.finance.entry import jobs as entry
from livret.suite.finance.entry.models import EntryFile
from livret.suite.finance.entry.services import files as entry_files
from livret.suite.finance.entry.tests.factories import furnished
from livret.suite.finance.entry.tests.test_files import csv
from livret.suite.finance.entry.tests.test_files import sent as entries_sent
from livret.suite.finance.lettering import jobs as lettering
from livret.suite.finance.lettering.models import AutoRun, Rule
from livret.suite.finance.lettering.services import runs
from livret.suite.finance.models import DraftEntry, Entry, ImportRun, Lettering
from livret.suite.finance.review import jobs as review
from livret.suite.finance.review.models import BooksExport
from livret.suite.finance.review.services.exporting import ask_for_export
from livret.suite.finance.statements import jobs as statements
from livret.suite.finance.statements.models import ReportFile
from livret.suite.finance.tests import stage
from livret.suite.finance.tests.factories import ALICE, AT, confirmed, fec_bytes, make_company, make_year, sale
from livret.suite.finance.tests.test_open_items import Books

DELIVERY = Delivery(ALICE.id, 1, "1.7")


@pytest.fixture
def at_work(environment, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place, entitlements=stage.entitlements):
        stage.let_work(ALICE)
        yield environment


def leave(right=""):
    """Take Alice's rights back, down to *right*."""
    Grant.objects.all().delete()
    if right:
        account = ApplicationAccount.objects.get(person_id=ALICE.id)
        Grant.objects.create(account=account, module="finance", right=right, granted_by=ALICE.id, granted_at=AT)


def a_fec():
    run = confirmed(fec_bytes(sale("1")))
    return partial(finance.import_fec, OutboxMessage.objects.get(task="finance.import_fec").payload), ImportRun, run


def a_statement():
    held = banking.sent(banking.make_books().company, banking.camt([(12_000, "FA-7")]))
    statement_files.confirm(held, chosen={}, by=ALICE, at=AT, as_job=True)
    payload = OutboxMessage.objects.get(task=statement_files.IMPORT_TASK).payload
    return partial(bank.import_statements, payload), StatementFile, held


def entries(*, validates=False):
    held = entries_sent(furnished(), csv())
    entry_files.ask(held, validates=validates, by=ALICE, at=AT)
    return partial(entry.import_file, {"file_id": held.pk}), EntryFile, held


def a_work(kind=ClosingWork.Kind.VERIFICATION):
    work = works.ask(make_year(make_company()), kind, by=ALICE, at=AT)
    return partial(closing.work, {"work_id": work.pk}), ClosingWork, work


def an_export(*, has_bank_details=False):
    asked = ask_for_export(make_company(), has_bank_details=has_bank_details, by=ALICE, at=AT)
    return partial(review.export, {"export_id": asked.pk}), BooksExport, asked


def a_report():
    year = make_year(make_company())
    who = {"author_id": ALICE.id, "author_name": ALICE.name}
    facts = {"company": year.company, "fiscal_year": year, "kind": "balance", "format": "csv", "asked_at": AT}
    file = ReportFile.objects.create(**facts, **who)
    return partial(statements.write_report, {"file_id": file.pk}), ReportFile, file


ASKED = {
    "a FEC": (a_fec, "write"),
    "a statement": (a_statement, "read"),
    "entries as drafts": (entries, "read"),
    "entries in the books": (partial(entries, validates=True), "write"),
    "a verification": (a_work, "write"),
    "a closing": (partial(a_work, ClosingWork.Kind.CLOSING), "validate"),
    "an export": (an_export, ""),
    "an export with bank details": (partial(an_export, has_bank_details=True), "write"),
    "a report": (a_report, ""),
}


@pytest.mark.parametrize(("ask", "left"), ASKED.values(), ids=ASKED.keys())
def test_what_is_asked_is_refused_in_clear_once_the_right_is_gone(at_work, ask, left):
    run, model, asked = ask()
    leave(left)

    run(delivery=DELIVERY)

    held = model.objects.get(pk=asked.pk)
    assert held.state == "refused"
    assert "Alice Martin" in held.refusal
    assert [model.objects.count() for model in (Entry, DraftEntry, Movement)] == [0, 0, 0]


@pytest.mark.parametrize(("ask", "left"), ASKED.values(), ids=ASKED.keys())
def test_it_is_not_refused_for_the_right_while_it_is_there(at_work, ask, left):
    run, model, asked = ask()

    run(delivery=DELIVERY)

    assert "Alice Martin" not in model.objects.get(pk=asked.pk).refusal


def test_what_is_done_stays_done_when_the_job_runs_again_without_the_right(at_work):
    run, model, asked = a_fec()
    run(delivery=DELIVERY)
    leave()

    run(delivery=DELIVERY)

    assert model.objects.get(pk=asked.pk).state == "done"


def test_it_is_refused_when_the_contract_lost_the_module(environment, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place, entitlements=stage.entitlements):
        stage.let_work(ALICE)
        run, model, asked = a_fec()

    with inside(environment.place, entitlements=partial(stage.entitlements, modules=("trade",))):
        run(delivery=DELIVERY)

        assert model.objects.get(pk=asked.pk).state == "refused"


def test_an_import_takes_the_right_of_whoever_confirmed_it(at_work):
    carl = Actor(AT_WORK_TOO, "Carl", "client", "127.0.0.1")
    run = confirmed(fec_bytes(sale("1")))
    payload = {"run_id": run.pk, "asker_id": str(carl.id), "asker_name": carl.name}

    finance.import_fec(payload, delivery=DELIVERY)

    assert "Carl" in ImportRun.objects.get(pk=run.pk).refusal
    assert company_with_siren(run.siren) is None


AT_WORK_TOO = "00000000-0000-0000-0000-0000000000c4"


def test_suggestions_are_left_in_the_queue_and_the_page_says_why(at_work):
    account = banking.make_books()
    payload = {"company_id": account.company.pk, "movements": [], "author_id": str(ALICE.id), "author_name": "Alice"}
    bulk.ask_to_accept(account.company, [], may_post=True, by=ALICE)
    leave("write")

    bank.accept({**payload, "may_post": True}, delivery=DELIVERY)
    refused = bank.refusal("accept", account.company.pk)
    bank.accept({**payload, "may_post": False}, delivery=DELIVERY)

    assert ("Alice" in refused, bank.refusal("accept", account.company.pk)) == (True, "")


@pytest.mark.parametrize(("job", "state"), [(lettering.letter, "proposed"), (lettering.undo, "done")])
def test_a_run_of_lettering_goes_back_to_where_it_was(at_work, job, state):
    books = Books()
    books.add(300, piece_ref="F1")
    books.add(-300, piece_ref="F1")
    run = runs.propose(runs.ask(books.year, rules=[Rule.REFERENCE], until=books.year.last_day, by=ALICE, at=AT).pk)
    AutoRun.objects.filter(pk=run.pk).update(state="confirmed" if state == "proposed" else "undoing")
    leave("read")

    job({"run_id": run.pk, "author_id": str(ALICE.id), "author_name": ALICE.name}, delivery=DELIVERY)

    assert (AutoRun.objects.get(pk=run.pk).state, Lettering.objects.exists()) == (state, False)
    assert "Alice Martin" in told.last_told(lettering.refusal_key(run))

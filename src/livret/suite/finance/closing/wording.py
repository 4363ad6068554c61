"""The words of checks, faults and cut-offs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livret.suite.finance.queries.proof import Fault


@dataclass(frozen=True, slots=True)
class Words:
    """What a check is called when it finds something, why that matters, what it says when it finds nothing.

    idle: what it says when there was nothing to look at; only checks that may be so have it.
    """

    title: str | Promise
    why: str | Promise
    passed: str | Promise
    idle: str | Promise = ""


CHECKS = {
    "not-over": Words(
        _("The fiscal year is not over"),
        _("A year is closed after its last day, once its inventory entries are in."),
        _("The fiscal year is over"),
    ),
    "drafts": Words(
        _("Drafts left in the year"),
        _("A draft is not in the books and can no longer enter them after the closing. Validate or delete each."),
        _("No draft is left in the year"),
    ),
    "former-year-open": Words(
        _("The former year is open"),
        _("Years are closed in their order: its closing balances open this one."),
        _("The former year is closed"),
        _("No former year is kept here"),
    ),
    "no-next-year": Words(
        _("No next year to open"),
        _("The balances are carried forward into the first day of the next year."),
        _("The next year is open"),
    ),
    "account-not-in-next-year": Words(
        _("Accounts that the next chart has no more"),
        _("Move their balance to an account that is valid in both years: they cannot be carried forward."),
        _("Every account is valid in the next year"),
        _("Accounts of the next chart: the next year is not open yet"),
    ),
    "broken-books": Words(
        _("Books that do not prove themselves"),
        _("A seal or a balance is not that of its lines. Nothing can be closed on it: call support."),
        _("Every seal and balance was proved"),
    ),
    "opening-differs": Words(
        _("The opening is not the closing of the former year"),
        _("Each account opens with what it closed with (C. com., art. L. 123-19). Amounts: what the opening lacks."),
        _("The opening is the closing of the former year"),
        _("Opening against closing: no former year is kept here"),
    ),
    "opening-of-result-accounts": Words(
        _("Income or expenses in the opening balances"),
        _("Accounts of classes 6 and 7 begin each year from nothing."),
        _("Income and expenses began from nothing"),
        _("Opening balances: the year has none"),
    ),
    "waiting-accounts": Words(
        _("Waiting accounts that are not cleared"),
        _("What waits in 471 to 475 belongs to another account."),
        _("Waiting accounts are cleared"),
        _("Waiting accounts: nothing moved in 471 to 475"),
    ),
    "transit-open": Words(
        _("Transfers or cheques on their way, not lettered"),
        _("Each line of 58 and 511 has its answer, or money is missing on one side."),
        _("Transfers and cheques on their way are lettered"),
        _("Transfers and cheques on their way: nothing moved in 58 and 511"),
    ),
    "cash-below-zero": Words(
        _("Cash below zero"),
        _("A till cannot hold less than nothing: a receipt is missing."),
        _("Cash is not below zero"),
        _("Cash: nothing moved in 53"),
    ),
    "result-not-allocated": Words(
        _("Former result not allocated"),
        _("Accounts 12, 88 and 89 are empty once the shareholders have decided and the opening is done."),
        _("The former result is allocated"),
        _("Former result: nothing moved in 12, 88 and 89"),
    ),
    "cut-off-not-reversed": Words(
        _("Cut-offs of the former year not reversed"),
        _("Without their reversal, an expense or income counts twice."),
        _("Cut-offs of the former year are reversed"),
        _("Cut-offs: none was posted here in the former year"),
    ),
    "bank-unreconciled": Words(
        _("Bank accounts not reconciled"),
        _("The books and the last statement do not hold the same balance."),
        _("Bank accounts agree with their statements"),
        _("Bank reconciliation: no statement was received"),
    ),
    "vat-unfiled": Words(
        _("VAT periods not filed"),
        _("Each period of the year needs its return before the closing."),
        _("Every VAT period is filed"),
        _("VAT returns: no regime that asks for one is set for the year"),
    ),
    "depreciation-missing": Words(
        _("Depreciation not posted"),
        _("The plans of fixed assets provide more than the books hold."),
        _("Depreciation is posted"),
        _("Depreciation: no fixed asset wears in the year"),
    ),
    "purge-not-closed": Words(
        _("The year is not closed for good, or holds nothing"),
        _("Only the entries of a closed year are final, archived, and one day no longer needed."),
        _("The year is closed for good"),
    ),
    "purge-too-early": Words(
        _("The legal years have not passed"),
        _("The law asks for the books until this day, counted from the last day of the fiscal year."),
        _("The legal years have passed"),
    ),
    "purge-no-archive": Words(
        _("No archive holds the whole year"),
        _("What goes from the books must stay in a sealed archive. Make one: it is read again before anything goes."),
        _("An archive holds the whole year"),
    ),
    "purge-older-year": Words(
        _("An older year still holds its detail"),
        _("Years go in their order, so that what is left always begins on one day."),
        _("No older year holds its detail"),
    ),
    "purge-next-year-open": Words(
        _("The next year is still open"),
        _("Its opening and the reversals of its cut-offs are checked against this year when it closes."),
        _("The next year is closed, or there is none"),
    ),
    "purge-still-open": Words(
        _("Amounts of this year are still open"),
        _("An invoice that is neither paid nor written off needs its entry. Letter it or write it off first."),
        _("Nothing of this year is still open"),
    ),
    "purge-bank-open": Words(
        _("A bank reconciliation still needs this year"),
        _("A line or a movement of this year, or older, stands on one side only. Match it or undo it first."),
        _("No bank reconciliation needs this year"),
    ),
    "purge-vat-unfiled": Words(
        _("A VAT return of this year is not filed"),
        _("A return is worked out from the lines. File it first."),
        _("No VAT return of this year waits for its filing"),
    ),
    "purge-being-paid": Words(
        _("A transfer pays a line of this year"),
        _("It is not in the books yet. Send it or cancel it first."),
        _("No transfer pays a line of this year"),
    ),
}
# What a purge removes, by table.
GOING = {
    "finance_entry": _("Entries with their texts and seals, and the questions asked about them"),
    "finance_line": _("Lines with their texts, due days, VAT codes and sections"),
    "finance_attachment": _("Documents attached to entries"),
    "finance_lettering": _("Letterings, with the trace of what was lettered"),
    "finance_auxiliarybalance": _("Monthly totals of customers, suppliers and others"),
    "closing_cutoff": _("Descriptions of cut-offs"),
    "statements_reportfile": _("Reports of the year kept as files"),
}
FAULTS = {
    "seal-broken": _("journal %(journal)s, entry %(number)s: its seal is not that of its lines"),
    "chain-cut": _("journal %(journal)s: %(number)s entries counted, %(found)s found"),
    "balance-drifted": _("account %(found)s: its kept balance is not the sum of its lines"),
    "tombstone-false": _("what stands for the purged year is not what was removed: %(found)s"),
}


def title_of(code: str) -> str:
    return str(CHECKS[code].title)


def fault_words(fault: Fault) -> str:
    """Return a fault of the books in words."""
    values = {"journal": fault.journal, "number": fault.number, "found": fault.found}
    return str(FAULTS.get(fault.code, fault.code)) % values

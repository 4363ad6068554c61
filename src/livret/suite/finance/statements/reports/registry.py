"""The reports, in the order of the page that lists them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from livret.suite.finance.statements.reports import ledgers, official, trial
from livret.suite.finance.statements.reports.asked import Report
from livret.suite.finance.statements.rules import periods

DAYS = ("period", "since", "until")
REPORTS = (
    Report(
        "balance", _("Trial balance"), _("Every account, by class, at the level you choose."), "scale",
        (*DAYS, "level", "accounts"), trial.general,
    ),
    Report(
        "balance-auxiliaire", _("Auxiliary trial balance"), _("Customers, suppliers and other parties."), "users",
        (*DAYS, "party", "parties"), trial.auxiliary,
    ),
    Report(
        "balance-agee", _("Aged balance"), _("What is not lettered, by the days it is late, at any day."), "hourglass",
        (*DAYS, "party"), trial.aged, starts=periods.TO_DATE,
    ),
    Report(
        "balance-comparee", _("Comparative trial balance"), _("Two years or two periods side by side."), "columns-2",
        (*DAYS, "against"), trial.compared,
    ),
    Report("analytique", _("Analytic balance"), _("By axis and section."), "chart-pie", DAYS, trial.by_section),
    Report(
        "grand-livre", _("General ledger"), _("Every line of every account."), "book-open",
        (*DAYS, "account"),
        ledgers.general_ledger, ledgers.ledger_summary,
    ),
    Report(
        "journaux", _("Journals"), _("Every entry in the order of its numbers."), "notebook-text",
        (*DAYS, "journal"),
        ledgers.journals, ledgers.journal_sums,
    ),
    Report(
        "centralisation", _("Journal totals"), _("Each journal by month."), "calendar", DAYS,
        ledgers.centralisation,
    ),
    Report(
        "bilan", _("Balance sheet"), _("Assets and liabilities, in the official layout of the year."), "landmark", DAYS,
        official.balance_sheet_report,
    ),
    Report(
        "resultat", _("Income statement"), _("Income and expenses, in the official layout of the year."), "trending-up",
        DAYS, official.income_report,
    ),
    Report(
        "sig", _("Intermediate balances"), _("From margin to result, step by step."), "layers", DAYS,
        official.balances_report,
    ),
)  # fmt: skip
BY_KIND = {report.kind: report for report in REPORTS}

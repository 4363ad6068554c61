"""Books to make returns from: small entries posted through the one-way door."""

from __future__ import annotations

from datetime import UTC, date, datetime

from livret.kernel.periods import DayPeriod
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Entry, Line
from livret.suite.finance.services.ledger import NewEntry, NewLine, post
from livret.suite.finance.services.lettering import letter
from livret.suite.finance.tests.factories import ALICE, TODAY, make_company, make_journal, make_year
from livret.suite.finance.vat.services.filing import file_return
from livret.suite.finance.vat.services.preparing import begin_return, prepare
from livret.suite.finance.vat.services.setup import RegimeFacts, set_regime

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
JOURNALS = {"VE": "sales", "AC": "purchases", "BQ": "bank", "OD": "general", "AN": "opening"}
MONTHS = [
    DayPeriod(date(2025, month, 1), date(2025, month, last))
    for month, last in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1)
]


class Books:
    """A company with a year of books; amounts are cents, debit positive."""

    def __init__(self, **regime):
        self.company = make_company()
        self.year = make_year(self.company)
        self.year_after = None
        self.journals = {code: make_journal(self.company, code, code, kind) for code, kind in JOURNALS.items()}
        facts = {"since": date(2025, 1, 1), "kind": "monthly", **regime}
        self.regime = set_regime(self.company, RegimeFacts(**facts), by=ALICE, at=AT)

    def account(self, number, label=""):
        facts = {"defaults": {"label": label or number, "can_letter": number.startswith("4")}}
        return ChartAccount.objects.get_or_create(company=self.company, number=number, **facts)[0]

    def post(self, day, *lines, journal="VE", ref="F1"):
        """Each line: (account, cents, debit positive[, {"aux": code, "code": VAT code, "due": day}])."""
        made = [self._line(number, cents, *more) for number, cents, *more in lines]
        entry = NewEntry(self.journals[journal].pk, day, f"Pièce {ref}", ref, day, made)
        year = self.year if day in self.year else self.year_after
        return post(entry, year=year, allowance=None, by=ALICE, at=AT, on=TODAY)

    def _line(self, number, cents, facts=None):
        facts = facts or {}
        aux = self._party(facts["aux"]).pk if "aux" in facts else None
        account = self.account(number).pk
        return NewLine(
            account, aux, max(cents, 0), max(-cents, 0), vat_code=facts.get("code", ""), due_on=facts.get("due")
        )

    def _party(self, code):
        return AuxiliaryAccount.objects.get_or_create(company=self.company, number=code, defaults={"label": code})[0]

    def sale(self, day, net, *, rate=20, income="707000", vat="445710", aux="C1", ref="F1"):
        tax = round(net * rate / 100)
        return self.post(day, ("411000", net + tax, {"aux": aux}), (income, -net), (vat, -tax), ref=ref)

    def purchase(self, day, net, *, rate=20, expense="607000", vat="445660", aux="F1"):
        tax = round(net * rate / 100)
        return self.post(day, (expense, net), (vat, tax), ("401000", -net - tax, {"aux": aux}), journal="AC")

    def paid(self, day, cents, *, account="411000", aux="C1"):
        return self.post(day, ("512000", cents), (account, -cents, {"aux": aux}), journal="BQ")

    def letter(self, *entries, account="411000"):
        keys = [
            (line.entry_id, line.position)
            for line in Line.objects.filter(entry__in=entries, account__number=account).order_by("date", "entry")
        ]
        return letter(keys, by=ALICE, at=AT, on=entries[-1].date)

    def prepared(self, month, *, at=AT):
        return prepare(begin_return(self.company, MONTHS[month - 1], by=ALICE, at=at), at=at)

    def prepared_of(self, first, last):
        return prepare(begin_return(self.company, DayPeriod(first, last), by=ALICE, at=AT), at=AT)

    def filed(self, month, *, at=AT, **options):
        return self.file(self.prepared(month, at=at), at=at, **options)

    def file(self, made, *, at=AT, **options):
        return file_return(made, by=ALICE, at=at, **options)


def euros(made):
    """Return the boxes of a return: {"08/tax": 20, ...}."""
    return made.figures["euros"]


def balances():
    """Return what stands on each account, debit positive, zeros left out."""
    found = {}
    for number, debit, credit in Line.objects.values_list("account__number", "debit_cents", "credit_cents"):
        found[number] = found.get(number, 0) + debit - credit
    return {number: cents for number, cents in found.items() if cents}


def last_entry():
    return Entry.objects.order_by("-pk").first()

"""The tax lines that an entry seems to want while it is typed, each with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from livret.suite.company.models import Company
from livret.suite.finance.models import ChartAccount, Line
from livret.suite.finance.proposing import Proposal
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.vat.models import Regime
from livret.suite.finance.vat.queries.regimes import chosen_codes, kind_of, regime_on
from livret.suite.finance.vat.rules.accounts import Role, rate_in, role_of
from livret.suite.finance.vat.rules.codes import ANY_RATE, Code, codes_on, territory_codes
from livret.suite.finance.vat.rules.proposals import Tax, with_tax

LATEST, LINES_READ, TOLERANCE_CENTS = 8, 400, 2
TAXES = Q(number__startswith="4452") | Q(number__startswith="4456") | Q(number__startswith="4457")
BASES = ("base_out", "base_in", "other_income")
Wanted = tuple[Tax, str]


@dataclass(frozen=True, slots=True)
class _Books:
    """What is known of a company on a day. taxes: its open accounts of tax, by number."""

    company: Company
    day: date
    regime: Regime
    chosen: Mapping[str, str]
    taxes: Mapping[str, Role]

    def role(self, number: str, label: str) -> Role | None:
        facts = {"day": self.day, "territory": self.regime.territory, "receipts": self.regime.is_on_receipts}
        return role_of(number, label, self.chosen, **facts)  # type: ignore[arg-type]

    def account_for(self, *codes: str) -> str:
        """Return the account of tax that bears the first of *codes* that one bears, the shortest number; "" if none."""
        for code in codes:
            held = sorted(
                (number for number, role in self.taxes.items() if role.code == code), key=lambda n: (len(n), n)
            )
            if held:
                return held[0]
        return ""


def proposed_tax(company: Company, day: date, lines: Sequence[TypedLine]) -> Proposal | None:
    """Return the entry with the tax that its accounts usually bear; None when it has some already, or none is known.

    What an account bears: the code that the company chose, at its rate, or that of its label, else the standard one;
    else what the last entries with this account bore.
    """
    regime = regime_on(company, day)
    if regime is None or not kind_of(regime).form:
        return None
    books = _read(company, day, regime)
    numbers = {line.account for line in lines if line.account}
    labels = dict(ChartAccount.objects.filter(company=company, number__in=numbers).values_list("number", "label"))
    roles = {number: books.role(number, labels.get(number, "")) for number in numbers}
    if any(role and role.role == "tax" for role in roles.values()):
        return None
    wanted = {
        place: found
        for place, line in enumerate(lines)
        if (role := roles.get(line.account)) and role.role in BASES
        if (found := _tax_of(books, line, role, labels.get(line.account, "")))
    }
    taxed = with_tax(lines, {place: tax for place, (tax, _why) in wanted.items()}) if wanted else None
    if taxed is None:
        return None
    return Proposal(taxed.lines, taxed.changed, taxed.added, tuple(dict.fromkeys(why for _tax, why in wanted.values())))


def _read(company: Company, day: date, regime: Regime) -> _Books:
    books = _Books(company, day, regime, chosen_codes(company), {})
    rows = ChartAccount.objects.filter(TAXES, company=company, is_closed=False).values_list("number", "label")
    roles = {number: books.role(number, label) for number, label in rows}
    held = {number: role for number, role in roles.items() if role and role.role == "tax"}
    return _Books(company, day, regime, books.chosen, held)


def _tax_of(books: _Books, line: TypedLine, role: Role, label: str) -> Wanted | None:
    key = line.vat_code or role.code
    if not key:
        return _as_before(books, line.account, role)
    code = codes_on(books.day).get(key) or _open_code(books, key, label)
    if code is None or code.family.side not in ("out", "in", "deductible"):
        return None
    tax = _by_code(books, code, label)
    if tax is None or not tax.rate:
        return None
    words = {"account": line.account, "code": key, "rate": _percent(tax.rate)}
    return tax, _("%(account)s bears code %(code)s, at %(rate)s") % words


def _open_code(books: _Books, key: str, label: str) -> Code | None:
    """Return the code of a family whose rate is to be found: that of the label, else the standard one."""
    rate = rate_in(label)
    family = [one for one in territory_codes(books.day, books.regime.territory).values() if one.series]
    family = [one for one in family if one.family.key == key.removesuffix(ANY_RATE)]
    held = [one for one in family if one.rate == rate] or [one for one in family if one.series.endswith("-standard")]
    return held[0] if held else None


def _by_code(books: _Books, code: Code, label: str) -> Tax | None:
    side = code.family.side
    if side == "deductible":
        account = books.account_for(code.key)
        return Tax(rate_in(label) or _standard(books), account) if account else None
    account = books.account_for(code.key, f"{code.family.key}{ANY_RATE}", f"V{ANY_RATE}")
    states = code.key if account and books.taxes[account].code != code.key else ""
    if side == "out":
        return Tax(code.rate, account, states) if account else None
    against = books.account_for("ABS")
    return Tax(code.rate, account, states, against) if account and against else None


def _standard(books: _Books) -> Decimal:
    found = territory_codes(books.day, books.regime.territory).values()
    return next((code.rate for code in found if code.series.endswith("-standard")), Decimal(0))


def _as_before(books: _Books, number: str, role: Role) -> Wanted | None:
    """Return the tax of the last entry with this account whose single tax is a known rate of what it bears on."""
    account = ChartAccount.objects.filter(company=books.company, number=number).first()
    entries = Line.objects.filter(account=account).order_by("-date", "-entry_id") if account else Line.objects.none()
    latest = list(entries.values_list("entry_id", flat=True)[:LATEST])
    rows = Line.objects.filter(entry__in=latest).values_list(
        "entry_id", "account__number", "account__label", "debit_cents", "credit_cents"
    )
    held: defaultdict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for entry_id, its_account, label, debit, credit in rows[:LINES_READ]:
        held[entry_id].append((its_account, label, debit - credit))
    for entry_id in latest:
        if found := _borne(books, role, held[entry_id]):
            words = _("%(account)s bore %(rate)s the last time")
            rate, tax_account = found
            return Tax(rate, tax_account), words % {"account": number, "rate": _percent(rate)}
    return None


def _borne(books: _Books, role: Role, lines: Sequence[tuple[str, str, int]]) -> tuple[Decimal, str] | None:
    taxes = [(number, cents) for number, _label, cents in lines if number in books.taxes]
    kinds = [(books.role(number, label), cents) for number, label, cents in lines]
    base = sum(cents for one, cents in kinds if one and one.role == role.role)
    if len(taxes) != 1:
        return None
    account, tax = taxes[0]
    for code in territory_codes(books.day, books.regime.territory).values():
        if code.rate and abs(abs(base) * code.rate - abs(tax)) <= TOLERANCE_CENTS:
            return code.rate, account
    return None


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}\u00a0%".replace(".", ",")

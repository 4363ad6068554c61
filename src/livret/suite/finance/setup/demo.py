"""Settings of the demonstration: the bank of a journal, known customers and suppliers, rates, an analytic axis."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from random import Random

from stdnum import iban as iban_number
from stdnum.fr import siren as siren_number

from livret.core.people import Actor
from livret.suite.company.models import Company
from livret.suite.company.queries import fiscal_years
from livret.suite.finance.demo.companies import STREETS, TOWNS, fictional_siren
from livret.suite.finance.models import AnalyticAxis, AuxiliaryAccount, ChartAccount, Journal
from livret.suite.finance.setup.queries.lists import proposed_account
from livret.suite.finance.setup.rules.rates import Rate
from livret.suite.finance.setup.services import analytics
from livret.suite.finance.setup.services.chart import JournalFacts, change_journal
from livret.suite.finance.setup.services.parties import Bank, Identity, Standing, change_party, sort_parties

KNOWN_OF_EACH_KIND = 12
SECTIONS = (("NTE", "Nantes"), ("LIL", "Lille"), ("WEB", "Vente en ligne"))
RATES = (("USD", "1.0815"), ("GBP", "0.8367"), ("CHF", "0.9534"))


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Complete the settings of a company that has entries; nothing when it was done before."""
    if AnalyticAxis.objects.filter(company=company).exists():
        return
    _bind_banks(company, by=by, at=at)
    sort_parties(company, by=by, at=at)
    for kind in (AuxiliaryAccount.Kind.CUSTOMER, AuxiliaryAccount.Kind.SUPPLIER):
        account = ChartAccount.objects.filter(company=company, number=proposed_account(company, kind)).first()
        found = AuxiliaryAccount.objects.filter(company=company, kind=kind).order_by("number")
        for auxiliary in found[:KNOWN_OF_EACH_KIND]:
            _know(auxiliary, account, by=by, at=at)
    year = fiscal_years(company).first()
    if year:
        analytics.note_rates(company, _rates(year.first_day), by=by, at=at)
    axis = analytics.open_axis(company, code="SITE", label="Sites", by=by, at=at)
    for code, label in SECTIONS:
        analytics.open_section(axis, code=code, label=label, by=by, at=at)


def _bind_banks(company: Company, *, by: Actor, at: datetime) -> None:
    bank = ChartAccount.objects.filter(company=company, number__startswith="512").order_by("number").first()
    for journal in Journal.objects.filter(company=company, kind=Journal.Kind.BANK, account=None):
        if bank:
            facts = JournalFacts(journal.label, journal.kind, bank)
            change_journal(journal, facts=facts, by=by, at=at)


def _know(auxiliary: AuxiliaryAccount, account: ChartAccount | None, *, by: Actor, at: datetime) -> None:
    rng = Random(auxiliary.number)  # noqa: S311  A repeatable fiction, no secret.
    siren = fictional_siren(rng.randrange(20_000, 99_999))
    postcode, town = rng.choice(TOWNS)
    identity = Identity(
        siren=siren,
        vat_number=f"FR{siren_number.to_tva(siren)}",
        building=str(rng.randint(1, 98)),
        street=f"rue {rng.choice(STREETS)}",
        postcode=postcode,
        town=town,
        country="FR",
        due_days=rng.choice((30, 30, 45, 60)),
        due_end_of_month=False,
    )
    standing = Standing(auxiliary.label, auxiliary.kind, account)
    change_party(auxiliary, standing=standing, identity=identity, bank=Bank(_iban(rng)), by=by, at=at)


def _iban(rng: Random) -> str:
    """Return a French IBAN with valid keys, of a bank code that no bank has."""
    body = "99999" + "".join(str(rng.randrange(10)) for _place in range(16))
    key = 97 - (89 * int(body[:5]) + 15 * int(body[5:10]) + 3 * int(body[10:21])) % 97
    country = f"{body}{key:02d}"
    return f"FR{iban_number.calc_check_digits(f'FR00{country}')}{country}"


def _rates(day: date) -> list[Rate]:
    return [Rate(day, currency, Decimal(per_euro)) for currency, per_euro in RATES]

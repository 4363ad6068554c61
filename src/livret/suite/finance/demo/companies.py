"""Fictional companies and their partners, with valid check digits.

A SIREN that begins with 000 is given to nobody: a reader sees at once that the company does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from stdnum import luhn
from stdnum.fr import siren as siren_rules

from livret.kernel.periods import ONE_DAY, DayPeriod, add_months
from livret.suite.finance.demo.trades import Trade

HOUSES = (
    "Atelier",
    "Maison",
    "Comptoir",
    "Établissements",
    "Cabinet",
    "Domaine",
    "Fabrique",
    "Compagnie",
    "Ateliers",
    "Cave",
)
WORDS = (
    "Fougère",
    "Bergamote",
    "du Vieux Lavoir",
    "des Trois Chênes",
    "Alizé",
    "du Grand Large",
    "Passerose",
    "Mirabelle",
    "des Remparts",
    "de la Combe",
    "Septentrion",
    "Roussillou",
    "du Moulin Bleu",
    "des Hirondelles",
    "Galipette",
    "Vauverdure",
    "du Pont Rouge",
    "Quatre-Vents",
    "de la Lande",
    "Tournesol",
    "Sarrazine",
    "du Belvédère",
    "Margelle",
    "des Sources",
    "Chantegrive",
    "du Cap Noir",
    "Lavandou",
    "Primevère",
    "de l’Écluse",
    "Clairefontaine",
)
STREETS = ("du Vieux Lavoir", "des Trois Chênes", "de la Combe", "des Remparts", "de l’Écluse", "du Belvédère")
FORMS = ("SARL", "SAS", "EURL", "SA", "SNC")
TOWNS = (
    ("44000", "Nantes"),
    ("59000", "Lille"),
    ("21000", "Dijon"),
    ("64000", "Pau"),
    ("29200", "Brest"),
    ("81000", "Albi"),
    ("57000", "Metz"),
    ("56000", "Vannes"),
    ("37000", "Tours"),
    ("30000", "Nîmes"),
    ("74000", "Annecy"),
    ("12000", "Rodez"),
)


@dataclass(frozen=True, slots=True)
class CompanyProfile:
    """What the generator needs to know of a company.

    opening_month: month, from 1, whose first day opens the fiscal year; lines_per_year: aim, kept within a tenth.
    """

    name: str
    siren: str
    siret: str
    street: str
    postcode: str
    town: str
    activity: str
    trade: Trade
    staff: int
    yearly_turnover_cents: int
    lines_per_year: int
    opening_month: int = 1

    @property
    def vat_number(self) -> str:
        return f"FR{siren_rules.to_tva(self.siren)}"

    def fiscal_year(self, year: int) -> DayPeriod:
        """Return the days of the fiscal year opened in *year*."""
        opening = date(year, self.opening_month, 1)
        return DayPeriod(opening, add_months(opening, 12) - ONE_DAY)


@dataclass(frozen=True, slots=True)
class Partner:
    """A customer or supplier. patience: usual days between invoice and payment."""

    code: str
    name: str
    patience: int

    @property
    def aux(self) -> tuple[str, str]:
        return self.code, self.name


def fictional_siren(seed: int) -> str:
    """Return a SIREN with its valid check digit, in the block 000 that is given to nobody."""
    body = f"000{seed % 100_000:05d}"
    return body + luhn.calc_check_digit(body)


def fictional_siret(siren: str, *, establishment: int = 1) -> str:
    """Return a SIRET of *siren* with its valid check digit."""
    body = f"{siren}{establishment:04d}"
    return body + luhn.calc_check_digit(body)


def company(
    name: str,
    *,
    seed: int,
    trade: Trade,
    activity: str,
    staff: int,
    turnover_euros: int,
    lines: int,
    opening_month: int = 1,
) -> CompanyProfile:
    """Return the profile of a fictional company; its numbers and address follow from *seed*."""
    rng = Random(seed)  # noqa: S311  A repeatable fiction, no secret.
    siren = fictional_siren(seed)
    postcode, town = rng.choice(TOWNS)
    return CompanyProfile(
        name=name,
        siren=siren,
        siret=fictional_siret(siren),
        street=f"{rng.randint(1, 98)} rue {rng.choice(STREETS)}",
        postcode=postcode,
        town=town,
        activity=activity,
        trade=trade,
        staff=staff,
        yearly_turnover_cents=turnover_euros * 100,
        lines_per_year=lines,
        opening_month=opening_month,
    )


DEMO_COMPANIES = (
    company(
        "Papeterie des Trois Lunes SAS",
        seed=11_001,
        trade=Trade.COMMERCE,
        activity="Commerce de fournitures de bureau",
        staff=9,
        turnover_euros=2_400_000,
        lines=6_000,
    ),
    company(
        "Cabinet Boussole et Sextant SARL",
        seed=11_002,
        trade=Trade.SERVICES,
        activity="Conseil en organisation",
        staff=14,
        turnover_euros=1_850_000,
        lines=3_500,
        opening_month=7,
    ),
    company(
        "Menuiserie Bois d’Ailleurs SARL",
        seed=11_003,
        trade=Trade.CRAFT,
        activity="Travaux de menuiserie bois",
        staff=11,
        turnover_euros=1_300_000,
        lines=4_000,
    ),
    company(
        "Épicerie du Pain Perdu EURL",
        seed=11_004,
        trade=Trade.FOOD,
        activity="Commerce d’alimentation générale",
        staff=5,
        turnover_euros=780_000,
        lines=5_000,
        opening_month=10,
    ),
)


def bench_company(lines: int, *, seed: int = 12_000) -> CompanyProfile:
    """Return a trading company whose year holds about *lines* lines, at a steady amount a line."""
    return company(
        "Négoce du Grand Volume SA",
        seed=seed,
        trade=Trade.COMMERCE,
        activity="Commerce de gros",
        staff=max(lines // 5_000, 3),
        turnover_euros=max(lines * 90, 400_000),
        lines=lines,
    )


@cache
def partners(siren: str, kind: str, count: int) -> tuple[Partner, ...]:
    """Return the customers (kind C) or suppliers (kind F) of a company: the same ones every year."""
    rng = Random(f"{siren}{kind}")  # noqa: S311  A repeatable fiction, no secret.
    names = [f"{house} {word}" for word in WORDS for house in HOUSES]
    rng.shuffle(names)
    return tuple(
        Partner(f"{kind}{rank + 1:05d}", _name(names, rank, rng), rng.choice((8, 15, 30, 30, 30, 45, 45, 60)))
        for rank in range(count)
    )


def _name(names: list[str], rank: int, rng: Random) -> str:
    town = f" {rng.choice(TOWNS)[1]}" if rank >= len(names) else ""
    return f"{names[rank % len(names)]}{town} {rng.choice(FORMS)}"

"""The two ends of a year: what it takes over from the former one, and its closing entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from livret.kernel.periods import add_months
from livret.suite.finance.demo.desk import DEDUCTIBLE_VAT_ON_ASSETS, Desk, payment, working_day
from livret.suite.finance.demo.entries import Draft, Line, Opening, OpeningLine, side
from livret.suite.finance.demo.trades import Trade

CASH_SHARE, LOAN_SHARE, CAPITAL_SHARE, RESERVE_SHARE = 0.16, 0.06, 0.05, 0.005
VEHICLES_SHARE, MACHINES_SHARE, WORN, INVESTMENT_SHARE = 0.04, 0.03, 0.35, 0.008
DEPRECIATION = {"218200": "281820", "218300": "281830"}
EQUIPPER = ("FMATERIEL", "Octet du Littoral SARL")
LIFE_YEARS, DOUBTFUL_PART, DIVIDEND_PART = 5, 0.5, 0.5
# A plausible part of the profit, not the rate of the law: the demo does not compute corporate tax.
TAX_PART = 0.25
LOST_AFTER = timedelta(300)
STOCK = {Trade.CRAFT: ("311000", "603100"), Trade.COMMERCE: ("371000", "603700"), Trade.FOOD: ("371000", "603700")}
OWED_TO_STATE = {"431000": 15, "437000": 15, "442100": 15, "445510": 24}


def founding(desk: Desk) -> Opening:
    """Return the balance sheet of a company that has no former year here; its reserves balance it."""
    vehicles, machines = desk.share(VEHICLES_SHARE), desk.share(MACHINES_SHARE)
    balances = {
        "101300": -desk.share(CAPITAL_SHARE),
        "106100": -desk.share(RESERVE_SHARE),
        "164000": -desk.share(LOAN_SHARE),
        "218200": vehicles,
        "218300": machines,
        "281820": -round(vehicles * WORN),
        "281830": -round(machines * WORN),
        "512000": desk.share(CASH_SHARE),
    }
    if desk.profile.trade in STOCK:
        balances[STOCK[desk.profile.trade][0]] = desk.share(desk.shape.stock_share)
    balances["110000"] = -sum(balances.values())
    return Opening(
        tuple(OpeningLine(account, "", "", "Solde d’ouverture", cents) for account, cents in sorted(balances.items()))
    )


def opening_entry(desk: Desk, opening: Opening) -> Draft:
    """Return the carry-forward entry, and plan how what it brings is paid, collected, lost or allotted."""
    lines = tuple(
        side(item.account, item.label, item.balance_cents, aux=(item.aux, item.aux_label), letter=_settle(desk, item))
        for item in opening.lines
        if item.balance_cents
    )
    _plan_allocation(desk, -sum(item.balance_cents for item in opening.lines if item.account.startswith("12")))
    return Draft("AN", f"AN-{desk.year.first_day:%Y}", f"À-nouveaux au {desk.year.first_day:%d/%m/%Y}", lines)


def _settle(desk: Desk, item: OpeningLine) -> str:
    """Plan the payment of one opening line and return its letter, empty when nothing settles it this year."""
    opened, due = desk.year.first_day, -item.balance_cents
    if item.dated is not None:
        return _settle_invoice(desk, item, item.dated)
    if item.account in OWED_TO_STATE and due > 0:
        paid_on = working_day(opened.replace(day=OWED_TO_STATE[item.account]))
    elif item.account == "444000" and due > 0:
        paid_on = working_day(add_months(opened, 4).replace(day=15))
    else:
        return ""
    letter = desk.next_letter(item.account)
    desk.plan(paid_on, payment(paid_on, f"Télérèglement {item.label}", item.account, due, letter=letter))
    return letter


def _settle_invoice(desk: Desk, item: OpeningLine, dated: date) -> str:
    aux = (item.aux, item.aux_label)
    if item.balance_cents > 0 and desk.year.first_day - dated > LOST_AFTER:
        letter, label = desk.next_letter(item.account), f"Créance irrécouvrable {item.aux_label}"
        lines = (
            side("654400", label, item.balance_cents),
            side(item.account, label, -item.balance_cents, aux=aux, letter=letter),
        )
        desk.plan(add_months(desk.year.first_day, 8), Draft("OD", f"PERTE-{item.aux}", label, lines))
        return letter
    if desk.rng.random() < (0.06 if item.balance_cents > 0 else 0):
        desk.disputed_cents += item.balance_cents
        return ""
    paid_on = working_day(desk.year.first_day + timedelta(desk.rng.randint(1, 60)))
    letter = desk.next_letter(item.account)
    desk.plan(
        paid_on,
        payment(paid_on, f"Virement {item.aux_label}", item.account, -item.balance_cents, aux=aux, letter=letter),
    )
    return letter


def _plan_allocation(desk: Desk, profit: int) -> None:
    """Plan what the shareholders decide six months later: half as dividends, the rest carried forward."""
    decided_on = working_day(add_months(desk.year.first_day, 5) + timedelta(24))
    dividends = round(max(profit, 0) * DIVIDEND_PART)
    label, letter = "Affectation du résultat", desk.next_letter("457000")
    if profit:
        lines = [
            side("120000" if profit > 0 else "129000", label, profit),
            side("110000" if profit > 0 else "119000", label, dividends - profit),
        ]
        lines += [side("457000", "Dividendes à payer", -dividends, letter=letter)] if dividends else []
        desk.plan(decided_on, Draft("OD", "AGO", label, tuple(lines)))
    if dividends:
        paid_on = working_day(add_months(decided_on, 1))
        desk.plan(paid_on, payment(paid_on, "Virement des dividendes", "457000", dividends, letter=letter))


def plan_investments(desk: Desk) -> None:
    """Plan two purchases of equipment in the year, each paid a month later."""
    for rank, month in enumerate((2, 8), start=1):
        day = working_day(add_months(desk.year.first_day, month) + timedelta(11))
        net = desk.share(INVESTMENT_SHARE * desk.rng.uniform(0.6, 1.4))
        vat = (net * desk.basis_points(day)["standard"] + 5_000) // 10_000
        label, letter = f"Matériel informatique {EQUIPPER[1]}", desk.next_letter("404000")
        lines = (
            Line("404000", *EQUIPPER, label, 0, net + vat, letter),
            Line("218300", "", "", label, net, 0),
            Line(DEDUCTIBLE_VAT_ON_ASSETS, "", "", "TVA sur immobilisations", vat, 0),
        )
        paid_on = working_day(day + timedelta(30))
        desk.plan(day, Draft("HA", f"IMMO-{desk.year.first_day:%y}-{rank}", label, lines))
        desk.plan(
            paid_on, payment(paid_on, f"Virement {EQUIPPER[1]}", "404000", net + vat, aux=EQUIPPER, letter=letter)
        )


def closing_entries(desk: Desk) -> Iterator[Draft]:
    """Yield the closing entries, tax last; the caller writes each before it asks for the next."""
    yield from _depreciation(desk)
    yield from _stock(desk)
    yield from _doubtful(desk)
    profit = -sum(cents for account, cents in desk.balances.items() if account[0] in "67")
    if profit > 0:
        yield _closing("IS", "Impôt sur les bénéfices", "695100", "444000", round(profit * TAX_PART / 100) * 100)


def _closing(piece: str, label: str, debited: str, credited: str, cents: int) -> Draft:
    """Return the entry that debits and credits *cents*, the other way round when negative."""
    return Draft("OD", piece, label, (side(debited, label, cents), side(credited, label, -cents)))


def _depreciation(desk: Desk) -> Iterator[Draft]:
    for asset, worn in DEPRECIATION.items():
        left = desk.balances[asset] + desk.balances[worn]
        cents = min(desk.balances[asset] // LIFE_YEARS, left)
        if cents > 0:
            yield _closing(f"AMORT-{asset[:4]}", "Dotation aux amortissements de l’exercice", "681120", worn, cents)


def _stock(desk: Desk) -> Iterator[Draft]:
    if desk.profile.trade in STOCK:
        stock, variation = STOCK[desk.profile.trade]
        change = desk.share(desk.shape.stock_share * desk.rng.uniform(0.92, 1.1)) - desk.balances[stock]
        if change:
            yield _closing("INVENTAIRE", "Variation de stock à l’inventaire", stock, variation, change)


def _doubtful(desk: Desk) -> Iterator[Draft]:
    change = round(desk.disputed_cents * DOUBTFUL_PART) + desk.balances["491000"]
    if change > 0:
        yield _closing("DEPREC", "Dépréciation des créances contestées", "681740", "491000", change)
    if change < 0:
        yield _closing("DEPREC", "Reprise sur dépréciation des créances", "491000", "781740", -change)

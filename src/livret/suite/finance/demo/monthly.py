"""What comes back every month: rent, pay and its contributions, loan, bank fees, VAT settlement.

The shares of pay below make a plausible fiction; they are not the contribution rates of the law.
"""

from __future__ import annotations

from datetime import date, timedelta

from livret.kernel.periods import add_months
from livret.suite.finance.demo.daily import month_of, purchase
from livret.suite.finance.demo.desk import BANK, DEDUCTIBLE_VAT, Desk, last_working_day, payment, statement, working_day
from livret.suite.finance.demo.entries import Draft, Line, side
from livret.suite.finance.demo.trades import Flow

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
LANDLORD, INSURER = ("FBAILLEUR", "SCI du Vieux Lavoir"), ("FASSUREUR", "Mutuelle des Hirondelles")
RENT = Flow("613200", "standard", 1, ("Loyer",))
INSURANCE = Flow("616100", "", 1, ("Assurance multirisque",))
EMPLOYEE_SHARE, EMPLOYER_SHARE, TAX_AT_SOURCE_SHARE, SHARE_OF_URSSAF = 0.22, 0.42, 0.045, 0.7
SOCIAL_ACCOUNTS = {"431000": "URSSAF", "437000": "retraite et prévoyance", "442100": "prélèvement à la source"}
INSURANCE_SHARE, LOAN_YEARS, LOAN_INTEREST, FEES_SHARE = 0.006, 7, 0.031, 0.0006


def plan_month(desk: Desk, index: int) -> None:
    """Plan the month number *index*, from 0, of the year: rent, pay, loan, fees."""
    month = month_of(desk, index)
    _plan_bill(desk, month.first_day, LANDLORD, RENT, desk.share(desk.shape.rent_share / 12))
    if index == 0:
        _plan_bill(desk, month.first_day, INSURER, INSURANCE, desk.share(INSURANCE_SHARE))
    _plan_pay(desk, last_working_day(month.last_day))
    _plan_loan(desk, working_day(month.first_day + timedelta(9)))
    _plan_fees(desk, last_working_day(month.last_day))


def month_name(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def _plan_bill(desk: Desk, day: date, aux: tuple[str, str], flow: Flow, net: int) -> None:
    label, piece = f"{flow.wordings[0]} {month_name(day)}", f"{aux[0]}-{day:%Y-%m}"
    letter = desk.next_letter("401000")
    draft = purchase(aux, piece, label, flow, net, desk.basis_points(day), letter)
    paid_on = working_day(day + timedelta(4))
    desk.plan(day, draft)
    desk.plan(
        paid_on,
        payment(paid_on, f"Prélèvement {label.lower()}", "401000", draft.lines[0].credit_cents, aux=aux, letter=letter),
    )


def _plan_pay(desk: Desk, day: date) -> None:
    gross = desk.share(desk.shape.gross_pay_share / 12 * desk.rng.uniform(0.97, 1.03))
    employee, employer, at_source = (
        round(gross * part) for part in (EMPLOYEE_SHARE, EMPLOYER_SHARE, TAX_AT_SOURCE_SHARE)
    )
    urssaf_of_employer = round(employer * SHARE_OF_URSSAF)
    urssaf = urssaf_of_employer + round(employee * SHARE_OF_URSSAF)
    owed = {"431000": urssaf, "437000": employer + employee - urssaf, "442100": at_source}
    net, label, letter = gross - employee - at_source, f"Paie {month_name(day)}", desk.next_letter("421000")
    paid_on = working_day(add_months(day.replace(day=15), 1))
    letters = {account: desk.letter_if_paid(account, paid_on) for account in owed}
    lines = (
        Line("641100", "", "", f"Salaires bruts {month_name(day)}", gross, 0),
        Line("645100", "", "", f"Cotisations patronales URSSAF {month_name(day)}", urssaf_of_employer, 0),
        Line("645300", "", "", f"Cotisations patronales retraite {month_name(day)}", employer - urssaf_of_employer, 0),
        Line("421000", "", "", f"Salaires nets {month_name(day)}", 0, net, letter),
        *(
            Line(account, "", "", f"{SOCIAL_ACCOUNTS[account]} {month_name(day)}", 0, cents, letters[account])
            for account, cents in owed.items()
        ),
    )
    desk.plan(day, Draft("PA", f"PAIE-{day:%Y-%m}", label, lines))
    desk.plan(day, payment(day, f"Virement des salaires {month_name(day)}", "421000", net, letter=letter))
    for account, cents in owed.items():
        settled = f"Règlement {SOCIAL_ACCOUNTS[account]} {month_name(day)}"
        desk.plan(paid_on, payment(paid_on, settled, account, cents, letter=letters[account]))


def _plan_loan(desk: Desk, day: date) -> None:
    owed = -desk.balances["164000"]
    capital = min(owed, desk.share(0.06 / LOAN_YEARS / 12))
    if capital <= 0:
        return
    interest, label = round(owed * LOAN_INTEREST / 12), f"Échéance emprunt {month_name(day)}"
    lines = (
        Line("164000", "", "", label, capital, 0),
        Line("661100", "", "", f"Intérêts emprunt {month_name(day)}", interest, 0),
        Line(BANK, "", "", label, 0, capital + interest),
    )
    desk.plan(day, Draft("BQ", statement(day), label, lines))


def _plan_fees(desk: Desk, day: date) -> None:
    net, label = max(desk.share(FEES_SHARE / 12), 1_200), f"Frais de tenue de compte {month_name(day)}"
    vat = (net * desk.basis_points(day)["standard"] + 5_000) // 10_000
    lines = (
        Line("627800", "", "", label, net, 0),
        Line(DEDUCTIBLE_VAT, "", "", "TVA déductible sur frais bancaires", vat, 0),
        Line(BANK, "", "", label, 0, net + vat),
    )
    desk.plan(day, Draft("BQ", statement(day), label, lines))


def vat_settlement(desk: Desk, day: date) -> Draft:
    """Return the entry that empties the VAT accounts of the month; plan its payment when VAT is due.

    The return is in whole euros; what rounding leaves goes to an expense or an income.
    """
    label = f"Déclaration de TVA {month_name(day)}"
    balances = {
        account: cents
        for account, cents in sorted(desk.balances.items())
        if account.startswith(("4457", "4456")) and cents
    }
    due = -sum(balances.values())
    declared = round(due / 100) * 100
    paid_on = working_day(add_months(day.replace(day=24), 1))
    letter = desk.letter_if_paid("445510", paid_on) if declared > 0 else ""
    lines = [side(account, label, -cents) for account, cents in balances.items()]
    lines.append(side("445510", label, -declared, letter=letter) if declared > 0 else side("445670", label, -declared))
    rounding = declared - due
    if rounding:
        lines.append(side("658000" if rounding > 0 else "758000", "Arrondi de TVA", rounding))
    if declared > 0:
        settled = f"Télérèglement de TVA {month_name(day)}"
        desk.plan(paid_on, payment(paid_on, settled, "445510", declared, letter=letter))
    return Draft(
        "OD", f"CA3-{day:%Y-%m}", label, tuple(line for line in lines if line.debit_cents or line.credit_cents)
    )

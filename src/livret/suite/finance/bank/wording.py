"""Suggestions in words: what would be done, and why it is thought right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livret.core.ui.figures import day_text
from livret.suite.finance.bank.forms import percent_text
from livret.suite.finance.bank.models import BankRule, Movement, Suggestion
from livret.suite.finance.bank.queries.queue import SURE
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount

REASONS: dict[str, str | Promise] = {
    "same-amount": gettext_lazy("Entry of the same amount on %(day)s, %(days)s day(s) apart."),
    "reference": gettext_lazy("The label names %(pieces)s, and the amount is exactly that."),
    "reference-partial": gettext_lazy("The label names %(pieces)s, but the amount differs: part payment."),
    "amount-iban": gettext_lazy("The IBAN is that of the party, and %(pieces)s is of this amount."),
    "amount-name": gettext_lazy("The label names the party, and %(pieces)s is of this amount."),
    "amount": gettext_lazy("%(pieces)s is of this amount; %(many)s open invoice(s) are. Nothing else confirms it."),
    "all-open": gettext_lazy("The %(many)s open invoices of the party make this amount together."),
    "unique-sum": gettext_lazy("%(many)s open invoices of the party make this amount, and no other choice does."),
    "rule": gettext_lazy("Rule “%(rule)s” of your company."),
    "books-words": gettext_lazy("Your books put %(times)s of %(whole)s bank line(s) that say “%(word)s” there."),
    "books-both": gettext_lazy(
        "Your books put %(times)s of %(whole)s bank line(s) that say “%(word)s” there, and others of this very amount."
    ),
    "books-amount": gettext_lazy("Your books put %(times)s of %(whole)s bank lines of this very amount there."),
    "habit": gettext_lazy("Done so %(times)s time(s) out of %(whole)s for movements with the same words."),
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A suggestion as it is shown. tone: how sure it is; account, party and tax: where the amount would go."""

    suggestion: Suggestion
    reason: str
    account: str
    party: str
    tax: str

    @property
    def tone(self) -> str:
        confidence = self.suggestion.confidence
        return "good" if confidence >= SURE else "warn" if confidence >= SURE - 30 else "neutral"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A movement left to treat and its best suggestion, None without one."""

    movement: Movement
    best: Proposed | None


def proposed(suggestions: Iterable[Suggestion]) -> list[Proposed]:
    """Return suggestions in words, in the same order."""
    held = list(suggestions)
    rules = BankRule.objects.in_bulk([one.proposal["rule"] for one in held if "rule" in one.proposal])
    keys = [one.proposal.get(name) for one in held for name in ("account", "vat_account")]
    accounts = ChartAccount.objects.in_bulk([key for key in keys if key])
    named = [one.proposal["auxiliary"] for one in held if one.proposal.get("auxiliary")]
    parties = AuxiliaryAccount.objects.in_bulk(named)
    found = []
    for one in held:
        account, party = accounts.get(one.proposal.get("account")), parties.get(one.proposal.get("auxiliary"))
        rule = rules.get(one.proposal.get("rule"))
        number = str(account) if account else rule.account if rule else ""
        found.append(Proposed(one, reason_of(one), number, str(party) if party else "", _tax(one, accounts, rule)))
    return found


def _tax(suggestion: Suggestion, accounts: Mapping[int, ChartAccount], rule: BankRule | None) -> str:
    """Return the VAT that a suggestion takes out of the amount, in words; nothing without any."""
    held = accounts.get(suggestion.proposal.get("vat_account", 0))
    number = held.number if held else rule.vat_account if rule else ""
    rate = Decimal(suggestion.proposal["vat_rate"]) if held else rule.vat_rate if rule else None
    if not number or not rate:
        return ""
    return _("VAT at %(rate)s in %(account)s") % {"rate": percent_text(rate), "account": number}


def reason_of(suggestion: Suggestion) -> str:
    facts = dict(suggestion.facts)
    if "day" in facts:
        facts["day"] = day_text(date.fromisoformat(facts["day"]))
    words = str(REASONS[suggestion.reason]) % facts
    return words + " " + _("Other entries are of this amount too.") if facts.get("rivals", 1) > 1 else words


def queue_rows(movements: Iterable[Movement]) -> list[QueueRow]:
    """Return movements that bear `best` with that suggestion in words."""
    held = list(movements)
    best = [one.best for one in held if one.best]  # type: ignore[attr-defined]
    words = {one.suggestion.movement_id: one for one in proposed(best)}
    return [QueueRow(one, words.get(one.pk)) for one in held]

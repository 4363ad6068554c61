"""The words for kinds of parties, terms of payment, and differences between years."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from livret.suite.finance.models import AuxiliaryAccount, Party
from livret.suite.finance.setup.rules.continuity import Difference

register = template.Library()


@register.filter
def party_kind(kind: str) -> str:
    """The name of a kind of party; of all of them when it is empty."""
    return str(AuxiliaryAccount.Kind(kind).label) if kind else pgettext("parties", "All kinds")


@register.filter
def party_terms(party: Party | None) -> str:
    """The terms agreed with a party, empty when none are known."""
    if party is None or party.due_days is None:
        return ""
    words = ngettext("%(days)s day", "%(days)s days", party.due_days) % {"days": party.due_days}
    return _("%(days)s, end of month") % {"days": words} if party.due_end_of_month else words


@register.filter
def account_before(difference: Difference) -> str:
    """The account that held the amount in the year before."""
    return difference.other or difference.cell.account


@register.filter
def advice(difference: Difference) -> str:
    """What a difference seems to come from, and what to do about it."""
    words = {
        "missing": _(
            "Not brought forward. Check that the file of this year is whole, else add it by an opening entry."
        ),
        "unexpected": _("No closing balance explains it. Check that the file of the year before is whole."),
        "amount": _("Brought forward with another amount. An entry of the year before came after its file was made."),
        "renumbered": _("Brought forward from account %(other)s, renumbered. Nothing to do."),
        "detail": _("The account agrees, its auxiliaries do not. Correct the party by an entry between auxiliaries."),
        "result": _("Not the result of the year before. Compare its income statement with the one that was filed."),
        "allocated": _("The result went straight to other equity accounts in the opening entry. Nothing to do."),
        "income": _("An account of income or expense starts each year from zero. Undo this opening line."),
    }
    return words[difference.code] % {"other": difference.other}

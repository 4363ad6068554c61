"""Finding an account by the beginning of its number or a word of its name."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from livret.suite.company.models import Company
from livret.suite.finance.models import ChartAccount

MOST_WORDS = 6


def accounts_found(company: Company, words: str) -> QuerySet[ChartAccount]:
    """Return the accounts of *company* that hold every word, by number."""
    found = ChartAccount.objects.filter(company=company)
    for word in words.replace("\0", " ").split()[:MOST_WORDS]:
        found = found.filter(Q(number__startswith=word) | Q(label__icontains=word))
    return found.order_by("number")

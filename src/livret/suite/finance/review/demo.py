"""Questions of the demonstration: one that waits, one that is answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from livret.core.people import Actor
from livret.suite.company.models import Company
from livret.suite.finance.models import Entry
from livret.suite.finance.review.models import Question
from livret.suite.finance.review.services.questions import ask_question, reply

AUDITOR = Actor(UUID(int=0xC0FFEE), "Cabinet Verdier, réviseur", "client", "demonstration")


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Have the auditor ask about the two largest entries of the company; nothing when somebody asked before."""
    if Question.objects.filter(company=company).exists():
        return
    largest = list(Entry.objects.filter(company=company).order_by("-date", "-amount_cents")[:2])
    asked_at = at - timedelta(days=2)
    for place, entry in enumerate(largest):
        words = ("Quelle pièce justifie ce montant ?", "Cette charge appartient-elle bien à cet exercice ?")[place]
        question = ask_question(entry, text=words, position=1, by=AUDITOR, at=asked_at)
        if place:
            reply(question, text="Oui : la prestation a eu lieu avant la clôture.", by=by, at=at)

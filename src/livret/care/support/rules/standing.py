"""What a request will be before it is sent: within the commitments, free, or a paid service, and by which clause."""

from __future__ import annotations

from dataclasses import dataclass

from livret.booklet import Booklet, Stated
from livret.booklet.rights import QuestionRight
from livret.care.support.rules.commitment import Offer

COMMITTED, FREE, PAID, OPEN = "committed", "free", "paid", "open"
QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a request is under its contract.

    kind: committed (picked up within a target), free (asked without charge, within the same target), paid (a service
    with a price, no target), open (answered without charge and without target).
    reason: a key that the pages put into words.
    """

    kind: str
    reason: str
    clause: str

    @property
    def has_target(self) -> bool:
        return self.kind in (COMMITTED, FREE)


def paid_topics(booklet: Booklet) -> dict[str, str]:
    """Return what the booklet leaves out of support and sells apart, each with its clause.

    Questions of use are listed there by Care, and are free to those whom C-15 names: they are not among these.
    """
    support, learning = booklet.support.out_of_scope, booklet.learning.always_paid
    found = {topic: support.clause for topic in support.value if topic != "usage_questions"}
    if isinstance(learning, Stated):
        found |= dict.fromkeys(learning.value, learning.clause)
    return found


def standing_of(offer: Offer, *, kind: str, topic: str, right: QuestionRight) -> Standing:
    """Return what a request of *kind* about *topic* is; *right*: the person's right to free questions of use.

    Source: Sprint S-13 lists what support leaves out; Care C-15 gives free questions to certified people and to those
    within their learning phase, and C-16 answers customer service without a target.
    """
    booklet = offer.booklet
    if kind == "malfunction":
        return Standing(COMMITTED, "malfunction", _pick_up_clause(booklet))
    if kind != QUESTION:
        return Standing(OPEN, kind, booklet.customer_service.has_pick_up_commitment.clause or "")
    if topic in (sold := paid_topics(booklet)):
        return Standing(PAID, topic, sold[topic])
    phase = booklet.learning.phase
    if not isinstance(phase, Stated):
        return Standing(COMMITTED, QUESTION, _pick_up_clause(booklet))
    if right.has_valid_certificate:
        return Standing(FREE, "certified", phase.clause)
    if right.may_ask:
        return Standing(FREE, "learning_phase", phase.clause)
    return Standing(PAID, "help_in_use", phase.clause)


def _pick_up_clause(booklet: Booklet) -> str:
    return booklet.support.pick_up_by.clause

"""The words for what becomes of a mail that arrived: why it was refused, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.core.mail.models import IncomingMail


@dataclass(frozen=True, slots=True)
class Why:
    """A reason in a few words, in a sentence, and what to do next."""

    label: Promise
    why: Promise
    next: Promise


_NOTHING = _("Nothing to do.")
_LOOK = _("Read the original in a mail program, away from your work, if somebody says that they wrote.")
_TOLD = _("They were told by mail why, and what to do. Nothing to do, unless they call.")
REASONS: dict[str, Why] = {
    "too_large": Why(
        pgettext_lazy("refused mail", "Too large"),
        _("It weighs more than the platform takes: only its headers are kept."),
        _("Ask the sender for the file in the request itself, or for an extract."),
    ),
    "too_many_parts": Why(
        pgettext_lazy("refused mail", "Too many parts"), _("It is made of more parts than a person’s mail has."), _LOOK
    ),
    "header_too_long": Why(
        pgettext_lazy("refused mail", "Header too long"),
        _("One of its headers is longer than any mail program writes."),
        _LOOK,
    ),
    "no_sender": Why(
        pgettext_lazy("refused mail", "No sender"),
        _("It does not say, without doubt, one single address that sent it."),
        _LOOK,
    ),
    "unreadable": Why(pgettext_lazy("refused mail", "Unreadable"), _("It is not made as a mail is."), _LOOK),
    "bounce": Why(
        pgettext_lazy("refused mail", "Returned mail"),
        _("A mail server says that one of our mails could not be delivered."),
        _("Read it below: an address that does not exist any more is corrected by an instruction of the client."),
    ),
    "auto_reply": Why(
        pgettext_lazy("refused mail", "Automatic reply"),
        _("A program answered, such as a notice of absence: answering it would begin a loop."),
        _NOTHING,
    ),
    "bulk": Why(pgettext_lazy("refused mail", "Bulk mail"), _("It was sent to a list, not to support."), _NOTHING),
    "machine_sender": Why(
        pgettext_lazy("refused mail", "Sent by a machine"), _("Its address is one that nobody reads."), _NOTHING
    ),
    "own": Why(
        pgettext_lazy("refused mail", "Our own mail"),
        _("It is one of our mails that came back."),
        _("If it comes again, look for a redirection to the address for answers."),
    ),
    "forged": Why(
        pgettext_lazy("refused mail", "Forged sender"),
        _("The mail server that took it says that its sender is not who it claims."),
        _("If the sender did write, their mail service needs correcting (DMARC); they may write in the request."),
    ),
    "twin": Why(
        pgettext_lazy("refused mail", "Received twice"),
        _("The same mail reached two of our addresses: it was added once."),
        _NOTHING,
    ),
    "flood": Why(
        pgettext_lazy("refused mail", "Loop"),
        _("This sender writes about this request more often than a person does: two programs answer each other."),
        _("Have the automatic reply of the sender stopped, then have the last mail handled again."),
    ),
    "stranger": Why(
        pgettext_lazy("refused mail", "Unknown sender"),
        _("No account has this address: nobody knows who writes, nor for whom."),
        _("If a client wrote from another address, ask them to write from their own, or in the request itself."),
    ),
    "closed_account": Why(
        pgettext_lazy("refused mail", "Closed account"),
        _("The account of this address is closed: it opens nothing any more."),
        _("If the person still works there, their company may ask for the account to be opened again."),
    ),
    "no_request": Why(
        pgettext_lazy("refused mail", "No request"), _("It answers none of our mails about a request."), _TOLD
    ),
    "bad_address": Why(
        pgettext_lazy("refused mail", "Address not valid"),
        _("The address it was sent to was not made by this installation for this sender."),
        _TOLD,
    ),
    "may_not_read": Why(
        pgettext_lazy("refused mail", "Another’s request"),
        _("The account of the sender does not open that request."),
        _TOLD,
    ),
    "no_words": Why(pgettext_lazy("refused mail", "Empty"), _("It holds no words and no file of its own."), _TOLD),
    "not_taken": Why(
        pgettext_lazy("refused mail", "Not taken"), _("The request takes no message as it stands."), _TOLD
    ),
}
STATES: dict[str, tuple[Promise, str]] = {
    IncomingMail.State.RECEIVED: (pgettext_lazy("incoming mail", "Waiting"), "warn"),
    IncomingMail.State.THREADED: (pgettext_lazy("incoming mail", "Added"), "good"),
    IncomingMail.State.REFUSED: (pgettext_lazy("incoming mail", "Refused"), "bad"),
}


def why_of(row: IncomingMail) -> Why | None:
    """Return why a mail was refused, None when it was not."""
    return REASONS[row.reason] if row.reason else None

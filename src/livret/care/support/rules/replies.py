"""Why a mail becomes no message of a request, beside what the reading of mails refuses."""

from __future__ import annotations

from enum import StrEnum


class NotThreaded(StrEnum):
    """One code for each reason; the console says each in words."""

    OWN = "own"
    FORGED = "forged"
    TWIN = "twin"
    FLOOD = "flood"
    STRANGER = "stranger"
    CLOSED_ACCOUNT = "closed_account"
    NO_REQUEST = "no_request"
    BAD_ADDRESS = "bad_address"
    MAY_NOT_READ = "may_not_read"
    NO_WORDS = "no_words"
    NOT_TAKEN = "not_taken"


# What a known person can do something about: they are told. To tell the others would feed a loop, or help who guesses.
TOLD = (
    NotThreaded.NO_REQUEST,
    NotThreaded.BAD_ADDRESS,
    NotThreaded.MAY_NOT_READ,
    NotThreaded.NO_WORDS,
    NotThreaded.NOT_TAKEN,
)
MOST_TOLD_AN_HOUR = 3

"""The codes of letterings: AA, AB... ZZ, AAA; in small letters while a lettering is partial."""

from __future__ import annotations

SHORTEST = 2
ALPHABET = 26


def following_code(rank: int, *, is_partial: bool) -> str:
    """Return the code after *rank*: 0 gives AA, or aa for a partial lettering."""
    number, length = rank, SHORTEST
    while number >= ALPHABET**length:
        number -= ALPHABET**length
        length += 1
    text = ""
    for _place in range(length):
        number, letter = divmod(number, ALPHABET)
        text = chr(ord("A") + letter) + text
    return text.lower() if is_partial else text


def rank_of(code: str) -> int:
    """Return the rank of a code made of letters: AA and aa are 1."""
    value = 0
    for letter in code.upper():
        value = value * ALPHABET + ord(letter) - ord("A")
    return 1 + value + sum(int(ALPHABET**length) for length in range(SHORTEST, len(code)))

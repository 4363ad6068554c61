"""The records of a CFONB 120, and the values inside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from livret.kernel.rib import iban_of_rib

RECORD = 120
# The last digit of an amount carries its sign: { and A to I are +0 to +9, } and J to R are -0 to -9.
OVERPUNCHED = {
    **{mark: (digit, 1) for digit, mark in enumerate("{ABCDEFGHI")},
    **{mark: (digit, -1) for digit, mark in enumerate("}JKLMNOPQR")},
}
CENTURY_TURNS_AT = 80
DEFAULT_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file, and where it stands."""

    line: int
    text: str

    @property
    def code(self) -> str:
        return self.text[:2]

    @property
    def rib(self) -> str:
        """Bank, branch and account number, as one word."""
        return self.text[2:7] + self.text[11:16] + self.text[21:32].replace(" ", "")

    @property
    def iban(self) -> str:
        return iban_of_rib(bank=self.text[2:7], branch=self.text[11:16], account=self.text[21:32])

    @property
    def currency(self) -> str:
        return self.text[16:19].strip()

    @property
    def decimals(self) -> int:
        return int(self.text[19]) if self.text[19].isascii() and self.text[19].isdigit() else DEFAULT_DECIMALS

    @property
    def amount(self) -> str:
        return self.text[90:104]


def minor_of(words: str) -> int | None:
    """Return the signed units of an overpunched amount, None when it is not one."""
    digits, mark = words[:-1].strip() or "0", words[-1:]
    if mark.isascii() and mark.isdigit():
        digit, sign = int(mark), 1
    elif mark in OVERPUNCHED:
        digit, sign = OVERPUNCHED[mark]
    else:
        return None
    if not (digits.isascii() and digits.isdigit()):
        return None
    return sign * (int(digits) * 10 + digit)


def day_of(words: str) -> date | None:
    """Return the day of a DDMMYY, in the years 1980 to 2079, None when it is not one."""
    if not (len(words) == 6 and words.isascii() and words.isdigit()):
        return None
    year = int(words[4:])
    try:
        return date(year + (1900 if year >= CENTURY_TURNS_AT else 2000), int(words[2:4]), int(words[:2]))
    except ValueError:
        return None

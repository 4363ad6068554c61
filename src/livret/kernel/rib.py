"""The French account number (RIB) and the IBAN that it makes."""

from __future__ import annotations

BANK, BRANCH, ACCOUNT = 5, 5, 11
# Letters of an account number stand for digits in its key. Source: CFONB, key of the RIB.
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


def rib_key(*, bank: str, branch: str, account: str) -> str:
    """Return the two digits of the key of a RIB whose parts are whole."""
    figures = [int(part.translate(_DIGITS)) for part in (bank, branch, account)]
    return f"{97 - (89 * figures[0] + 15 * figures[1] + 3 * figures[2]) % 97:02d}"


def iban_of_rib(*, bank: str, branch: str, account: str) -> str:
    """Return the French IBAN of a RIB given without its key, "" when the parts are not those of a RIB.

    Source: ISO 13616, France: FR, key, bank, branch, account, key of the RIB.
    """
    parts = [part.strip().upper() for part in (bank, branch, account)]
    parts[2] = parts[2].rjust(ACCOUNT, "0") if parts[2] else ""
    if [len(part) for part in parts] != [BANK, BRANCH, ACCOUNT]:
        return ""
    if not all(part.isascii() and part.isalnum() for part in parts) or not (parts[0] + parts[1]).isdigit():
        return ""
    body = "".join(parts) + rib_key(bank=parts[0], branch=parts[1], account=parts[2])
    number = int("".join(str(int(mark, 36)) for mark in f"{body}FR00"))
    return f"FR{98 - number % 97:02d}{body}"

"""Numbers that people read aloud: of a request, and the code of a call about it."""

from __future__ import annotations

import re
import secrets

CALL_CODE_DIGITS = 8
_NUMBER = re.compile(r"D-[0-9]{4}-[0-9]{6,}")
_CALL_CODE = re.compile(rf"[0-9]{{{CALL_CODE_DIGITS}}}")


def request_number(year: int, serial: int) -> str:
    """Return D-2026-000123; the serial takes more digits past 999,999. Raises ValueError below one."""
    if serial < 1 or not 1000 <= year <= 9999:
        raise ValueError(f"a request has a year of four digits and a serial from 1, got {year} and {serial}")
    return f"D-{year}-{serial:06}"


def is_request_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def call_code_in(text: str) -> str:
    """Return the call code that *text* is, read aloud in groups or not; empty when it is something else."""
    digits = "".join(text.split())
    return digits if _CALL_CODE.fullmatch(digits) else ""


def new_call_code() -> str:
    """Return a code to dial, drawn so that nobody guesses another's."""
    return f"{secrets.randbelow(10**CALL_CODE_DIGITS):0{CALL_CODE_DIGITS}}"

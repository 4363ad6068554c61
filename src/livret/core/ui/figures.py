"""Amounts, days, instants and durations as French and English readers write them: plain text, pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel.dates import format_date

from livret.kernel.money import round_to_cent

NARROW = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
PARIS = ZoneInfo("Europe/Paris")
BABEL_LOCALES = {"fr": "fr_FR", "en": "en_GB"}


def number_text(value: Decimal | int, *, language: str, decimals: int | None = None) -> str:
    """Return *value* with its thousands parted and a true minus sign.

    decimals: digits kept after the mark, the rest is cut off; None keeps those of the value.
    """
    number = Decimal(value)
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN)
    text = f"{abs(number):,f}"
    if language == "fr":
        text = text.replace(",", NARROW).replace(".", ",")
    return MINUS + text if number < 0 else text


def amount_text(euros: Decimal, *, language: str) -> str:
    """Return *euros*, rounded half up to the cent, without currency, for a column whose header names it."""
    return number_text(round_to_cent(euros), language=language)


def euros_text(euros: Decimal, *, language: str) -> str:
    """Return *euros*, rounded half up to the cent: 1 204,80 € in French, €1,204.80 in English."""
    text = amount_text(euros, language=language)
    if language == "fr":
        return f"{text}{NARROW}€"
    return f"{MINUS}€{text[1:]}" if text.startswith(MINUS) else f"€{text}"


def percent_text(fraction: Decimal | Fraction, *, language: str, decimals: int = 2) -> str:
    """Return a fraction as a percentage, cut off and never rounded up: 0.98999 shows 98,99 %, not 99 %.

    A figure that misses its target must not read as if it reached it.
    """
    exact = Fraction(fraction) * 100 * 10**decimals
    kept = Decimal(int(exact)).scaleb(-decimals)
    return number_text(kept, language=language) + (f"{NARROW}%" if language == "fr" else "%")


def size_text(octets: int, *, language: str) -> str:
    """Return a size in decimal units (1 Go is 10^9 bytes), one digit after the mark, cut off."""
    units = ("o", "ko", "Mo", "Go", "To") if language == "fr" else ("B", "kB", "MB", "GB", "TB")
    rank = min((len(str(octets)) - 1) // 3, len(units) - 1)
    scaled = (Decimal(octets) / 1000**rank).quantize(Decimal("0.1"), ROUND_DOWN)
    shown = scaled.to_integral_value() if scaled == scaled.to_integral_value() else scaled
    return f"{number_text(shown, language=language)}{NO_BREAK}{units[rank]}"


def day_text(day: date) -> str:
    """Return 31/03/2026, the form of tables and fields in both languages."""
    return f"{day:%d/%m/%Y}"


def day_words(day: date, *, language: str) -> str:
    """Return 31 mars 2026, the form of sentences; the first of a month is 1er in French."""
    words = format_date(day, "d MMMM y", locale=BABEL_LOCALES[language])
    if language == "fr" and day.day == 1:
        words = words.replace("1", "1er", 1)
    return words.replace(" ", NO_BREAK)


def month_words(day: date, *, language: str) -> str:
    """Return the month of *day* in words: mars 2026."""
    return format_date(day, "MMMM y", locale=BABEL_LOCALES[language]).replace(" ", NO_BREAK)


def in_paris(instant: datetime) -> datetime:
    """Return *instant* on the clocks of Paris. Raises ValueError when it is naive."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone to be shown, got {instant.isoformat()}")
    return instant.astimezone(PARIS)


def instant_text(instant: datetime) -> str:
    """Return 31/03/2026 14:05, Paris time; the seconds only when there are some."""
    local = in_paris(instant)
    return (
        f"{day_text(local)}{NO_BREAK}{local:%H:%M:%S}" if local.second else f"{day_text(local)}{NO_BREAK}{local:%H:%M}"
    )


def instant_words(instant: datetime, *, language: str) -> str:
    """Return 31 mars 2026 à 14 h 05 in French, 31 March 2026 at 14:05 in English, Paris time."""
    local = in_paris(instant)
    if language == "fr":
        hour = f"{local.hour}{NO_BREAK}h{NO_BREAK}{local:%M}"
        return f"{day_words(local, language=language)} à {hour}"
    return f"{day_words(local, language=language)} at {local:%H:%M}"


def duration_text(duration: timedelta) -> str:
    """Return 26 h 15 min, 45 min or 30 s: hours are not folded into days, whose length depends on the calendar."""
    seconds = abs(int(duration.total_seconds()))
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = [f"{hours}{NO_BREAK}h"] if hours else []
    if minutes or (hours and rest):
        parts.append(f"{minutes:02d}{NO_BREAK}min" if hours else f"{minutes}{NO_BREAK}min")
    if rest or not parts:
        parts.append(f"{rest:02d}{NO_BREAK}s" if parts else f"{rest}{NO_BREAK}s")
    return (MINUS if duration < timedelta(0) else "") + NO_BREAK.join(parts)

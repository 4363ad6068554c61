"""A session as an iCalendar file. Source: RFC 5545 for the form, RFC 5546 for the methods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from unicodedata import category

LINE_OCTETS = 75  # RFC 5545, 3.1.


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an agenda. sequence grows with each change, so that agendas keep the latest."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    text: str
    url: str
    organiser: str
    organiser_address: str
    is_cancelled: bool = False


def calendar_file(entry: Entry, *, written_at: datetime, alarm_minutes: int) -> bytes:
    """Return the file, in UTF-8 with CR LF ends; instants are in UTC, so that no clock change moves them."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Livret//Web assistance//FR",
        f"METHOD:{'CANCEL' if entry.is_cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{_text(entry.uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_instant(written_at)}",
        f"DTSTART:{_instant(entry.starts_at)}",
        f"DTEND:{_instant(entry.ends_at)}",
        f"SUMMARY:{_text(entry.title)}",
        f"DESCRIPTION:{_text(entry.text)}",
        f"ORGANIZER;CN={_parameter(entry.organiser)}:mailto:{entry.organiser_address}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        *([f"URL:{entry.url}"] if entry.url else []),
        *([] if entry.is_cancelled else _alarm(entry, alarm_minutes)),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _alarm(entry: Entry, minutes: int) -> list[str]:
    said = f"DESCRIPTION:{_text(entry.title)}"
    return ["BEGIN:VALARM", "ACTION:DISPLAY", said, f"TRIGGER:-PT{minutes}M", "END:VALARM"]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """Return *words* as a TEXT value (3.3.11): marks escaped, other control characters left out."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in plain if sign in "\n\t" or not _is_control(sign))
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _parameter(words: str) -> str:
    """Return *words* as the quoted value of a parameter (3.2), which holds no quote and no control character."""
    return '"' + "".join(sign for sign in words if not _is_control(sign) and sign != '"') + '"'


def _is_control(sign: str) -> bool:
    return category(sign) in ("Cc", "Cs")


def _folded(line: str) -> list[str]:
    """Cut a line at 75 octets, never inside a character; each following part begins with a space."""
    parts, rest = [], line
    while len(rest.encode()) > LINE_OCTETS:
        cut = LINE_OCTETS
        while len(rest[:cut].encode()) > LINE_OCTETS:
            cut -= 1
        parts.append(rest[:cut])
        rest = " " + rest[cut:]
    return [*parts, rest]

"""Reading a mail from its bytes (RFC 5322, MIME): whatever they hold, the answer is a mail or a named refusal.

The parser is the standard library's. Its older interface reads the parts, for it takes any header without parsing it;
the sender, on whom rights depend, goes through the strict one.
"""

from __future__ import annotations

import codecs
import email.policy
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import InvalidHeaderDefect
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from enum import StrEnum

from livret.core.mail.rules import automatic, words
from livret.core.mail.rules.automatic import Machine
from livret.core.mail.rules.limits import Bounds
from livret.kernel.errors import Refusal

# No control character: a database holds no NUL, and a mail that cannot be kept would stop all those behind it.
_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f@<>()\[\]\",;:\\]{1,64}@[^\s\x00-\x1f\x7f@<>()\[\]\",;:\\]{1,190}")
_ID = re.compile(r"<[^\s\x00-\x1f\x7f<>]{1,240}>")
_SEALS = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_LATIN = "cp1252"  # What programs that say ISO-8859-1 write; browsers read it so too.
# Codecs of the library that are no charset of a mail: the time of the first grows with the square of the text.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
MOST_BYTES_A_LETTER = 4
SUBJECT_LENGTH, NAME_LENGTH, MOST_REFERENCES, MOST_RECIPIENTS = 200, 120, 50, 100


class Unread(StrEnum):
    """Why a mail cannot be read."""

    TOO_LARGE = "too_large"
    TOO_MANY_PARTS = "too_many_parts"
    HEADER_TOO_LONG = "header_too_long"
    NO_SENDER = "no_sender"
    UNREADABLE = "unreadable"


class Unreadable(Refusal):
    """The bytes are no mail that can be read safely; *reason* says why."""

    def __init__(self, reason: Unread, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}" if detail else str(reason))


@dataclass(frozen=True, slots=True)
class File:
    """A file joined to a mail, as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says. sender and recipients: addresses in lower case; ids: with their angle brackets.

    text: its words whole; fresh: without quotes and signature. machine: why it is no person's, None when it is.
    is_forged: the mail server that took it judged its sender forged.
    """

    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    references: tuple[str, ...]
    text: str
    fresh: str
    files: tuple[File, ...]
    machine: Machine | None
    is_forged: bool


def read(raw: bytes, *, bounds: Bounds) -> Mail:
    """Return what the mail says. Raises Unreadable, and nothing else, on whatever bytes."""
    _check_bounds(raw, bounds)
    try:
        return _mail(BytesParser(policy=email.policy.compat32).parsebytes(raw), bounds)
    except Unreadable:
        raise
    except Exception as error:  # On hostile input the parser raises what it pleases: lookups, recursion, decoding.
        raise Unreadable(Unread.UNREADABLE, type(error).__name__) from error


def _check_bounds(raw: bytes, bounds: Bounds) -> None:
    """Refuse before parsing what would take the parser too long: it looks at each line once for each open part."""
    if len(raw) > bounds.raw_bytes:
        raise Unreadable(Unread.TOO_LARGE, f"{len(raw)} bytes")
    head = min((at for mark in (b"\r\n\r\n", b"\n\n") if (at := raw.find(mark)) >= 0), default=len(raw))
    if head > bounds.header_bytes:
        raise Unreadable(Unread.HEADER_TOO_LONG, f"{head} bytes before the words")
    lowered = raw.lower()
    nested = lowered.count(b"boundary") + lowered.count(b"message/")
    if nested > bounds.boundaries or raw.count(b"\n--") + raw.count(b"\r--") > bounds.delimiters:
        raise Unreadable(Unread.TOO_MANY_PARTS)


def _mail(message: Message, bounds: Bounds) -> Mail:
    for part in message.walk():
        _check_headers(part, bounds)
    headers = _first_headers(message)
    sender, sender_name = _sender(message)
    subject = _line(headers.get("subject", ""), SUBJECT_LENGTH)
    most = bounds.text_characters * 8  # Marks, spaces and quotes that go.
    text, html = _body(message, most)
    whole = words.tidied(text[:most]) or words.text_of_html(html[:most])
    whole = whole[: bounds.text_characters]
    content_type = message.get_content_type()
    return Mail(
        sender=sender,
        sender_name=sender_name,
        recipients=_recipients(message),
        subject=subject,
        message_id=next(iter(_ids(headers.get("message-id", ""))), ""),
        references=_references(headers),
        text=whole,
        fresh=words.fresh_words(whole),
        files=tuple(_files(message, bounds)),
        machine=automatic.machine_of(headers, content_type=content_type, sender=sender, subject=subject),
        is_forged=automatic.is_refused_by_the_mail_server(headers),
    )


def _check_headers(part: Message, bounds: Bounds) -> None:
    lengths = [len(name) + len(str(value)) for name, value in part.raw_items()]
    longest = max(lengths, default=0)
    if longest > bounds.header_characters or sum(lengths) > bounds.header_bytes:
        raise Unreadable(Unread.HEADER_TOO_LONG, f"{longest} characters")


def _first_headers(message: Message) -> dict[str, str]:
    """Return each header by its name in lower case; of several, the first, which the last mail server wrote."""
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), _readable(str(value)))
    return found


def _sender(message: Message) -> tuple[str, str]:
    """Return the one address of the one From header, and its name. Raises Unreadable on none, several or a doubt."""
    given = [str(value) for name, value in message.raw_items() if name.lower() == "from"]
    if len(given) != 1 or len(given[0]) > 1000:
        raise Unreadable(Unread.NO_SENDER, f"{len(given)} From headers")
    _name, header = email.policy.default.header_store_parse("From", " ".join(_readable(given[0]).split()))
    addresses = list(getattr(header, "addresses", ()))
    is_sound = not any(isinstance(defect, InvalidHeaderDefect) for defect in header.defects)
    if not is_sound or len(addresses) != 1 or not _ADDRESS.fullmatch(addresses[0].addr_spec):
        raise Unreadable(Unread.NO_SENDER, f"{len(addresses)} addresses in From")
    address = addresses[0].addr_spec
    if address.lower().isascii() and not address.isascii():  # The Kelvin sign becomes a k: another address than it was.
        raise Unreadable(Unread.NO_SENDER, "letters outside ASCII that turn into others")
    return address.lower(), _line(addresses[0].display_name, NAME_LENGTH)


def _recipients(message: Message) -> tuple[str, ...]:
    """Return whom the mail reached or names: what mail servers noted of its delivery first."""
    names = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
    lines = [(names.index(name.lower()), str(value)) for name, value in message.raw_items() if name.lower() in names]
    found = [address.lower() for _rank, line in sorted(lines) for address in _ADDRESS.findall(_readable(line))]
    return tuple(dict.fromkeys(found))[:MOST_RECIPIENTS]


def _ids(value: str) -> list[str]:
    return _ID.findall(value)


def _references(headers: dict[str, str]) -> tuple[str, ...]:
    """Return the ids of the mails that this one answers, the nearest first."""
    named = _ids(headers.get("in-reply-to", "")) + _ids(headers.get("references", ""))[::-1]
    return tuple(dict.fromkeys(named))[:MOST_REFERENCES]


def _body(message: Message, most: int) -> tuple[str, str]:
    """Return the plain words and the HTML of the mail, *most* letters of each part; empty when it has none."""
    plain, html = [], []
    for part in _shown_parts(message):
        kind = part.get_content_type()
        if kind == "text/plain":
            plain.append(_text(part, most))
        elif kind == "text/html":
            html.append(_text(part, most))
    return "\n\n".join(plain), "\n".join(html)


def _shown_parts(message: Message) -> Iterator[Message]:
    """Yield the single parts that are no file; what is inside a mail joined as a file stays there."""
    if message.get_content_maintype() == "message":
        return
    if message.is_multipart():
        for part in _children(message):
            yield from _shown_parts(part)
    elif not _is_file(message):
        yield message


def _children(message: Message) -> list[Message]:
    held = message.get_payload()
    return [part for part in held if isinstance(part, Message)] if isinstance(held, list) else []


def _is_file(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return True
    return part.get_content_maintype() != "text" or part.get_content_type() == "text/calendar"


def _files(message: Message, bounds: Bounds) -> Iterator[File]:
    for number, part in enumerate(_file_parts(message), 1):
        if number > bounds.files:
            raise Unreadable(Unread.TOO_MANY_PARTS, "files")
        content = _content(part)
        is_logo = part.get("Content-ID") is not None and len(content) < bounds.smallest_inline_bytes
        if not (is_logo and part.get_content_maintype() == "image"):
            yield File(_file_name(part, number), content)


def _file_parts(message: Message) -> Iterator[Message]:
    if message.get_content_maintype() == "message":
        yield message
    elif message.is_multipart():
        for part in _children(message):
            yield from _file_parts(part)
    elif _is_file(message) and message.get_content_type() not in _SEALS:
        yield message


def _content(part: Message) -> bytes:
    """Return the bytes of a part, those of a whole mail when it is one."""
    if part.is_multipart():
        return b"".join(inner.as_bytes() for inner in _children(part))
    held = part.get_payload(decode=True)
    return held if isinstance(held, bytes) else b""


def _file_name(part: Message, number: int) -> str:
    given = _line(part.get_filename() or "", NAME_LENGTH)
    if given:
        return given
    ending = ".eml" if part.get_content_maintype() == "message" else mimetypes.guess_extension(part.get_content_type())
    return f"piece-{number}{ending or ''}"


def _text(part: Message, most: int) -> str:
    held, length = _content(part), most * MOST_BYTES_A_LETTER
    if len(held) > length:  # Cut at a line, so that no letter is.
        held = held[: held.rfind(b"\n", 0, length) + 1] or held[:length]
    text = _decoded(held, str(part.get_content_charset() or ""))[:most]
    is_flowed = str(part.get_param("format", "")).lower() == "flowed"
    return words.unflowed(text) if is_flowed else text


def _decoded(content: bytes, charset: str) -> str:
    """Return *content* in the charset it says, else as UTF-8, else as Western Europe writes."""
    said = _LATIN if charset.lower() in ("iso-8859-1", "latin-1", "us-ascii", "ascii", "") else charset
    for name in ("utf-8", said) if said == _LATIN else (said, "utf-8"):
        try:
            if codecs.lookup(name).name.replace("-", "_") in _NO_CHARSETS:
                continue
            return content.decode(name)
        except (LookupError, ValueError):  # ValueError: a name that holds a NUL; UnicodeError is one.
            continue
    return content.decode(_LATIN, "replace")


def _readable(value: str) -> str:
    """Return a header with what it wrote outside ASCII, which the parser keeps as surrogates."""
    return _decoded(value.encode("utf-8", "surrogateescape"), "utf-8")


def _line(value: str, length: int) -> str:
    """Return an encoded header (RFC 2047) as one tidy line."""
    value = re.sub(r"[\r\n]+", "", value)  # Unfolded: the space that begins a folded line stays (RFC 5322, 2.2.3).
    try:
        shown = "".join(
            _decoded(part, charset or "") if isinstance(part, bytes) else part
            for part, charset in decode_header(_readable(value))
        )
    except (ValueError, LookupError):
        shown = _readable(value)
    return " ".join(words.tidied(shown).split())[:length]

"""Structured logs, one JSON object a line, without personal data."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

PERSONAL_KEYS = frozenset(
    {"email", "iban", "nir", "password", "token", "name", "full_name", "phone", "code", "to", "secret", "authorization"}
)
STRUCK_OUT = "[struck out]"
_GAP = r"[ \u00a0\u202f.\-]?"
# 64 characters: the most that stand before the sign (RFC 5321, 4.5.3.1.1), and what keeps a long text quick to search.
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)*")
_IBAN = re.compile(
    rf"(?<!\w)[A-Z]{{2}}\d{{2}}(?=(?:{_GAP}[A-Z0-9]){{11}})(?:{_GAP}[A-Z0-9]{{4}}){{2,7}}(?:{_GAP}[A-Z0-9]{{1,3}})?(?!\w)",
    re.IGNORECASE,
)
_NIR = re.compile(
    rf"(?<!\w)[1-478]{_GAP}\d{{2}}{_GAP}(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}"
    rf"(?:(?:\d{{2}}|2[AB]){_GAP}\d{{3}}|9[78]\d{_GAP}\d{{2}}){_GAP}\d{{3}}(?:{_GAP}\d{{2}})?(?!\w)",
    re.IGNORECASE,
)
_LINK_TOKEN = re.compile(r"(?<=/)(?!(?:[0-9a-f]+-){4}[0-9a-f]+(?:/|$))[\w-]{32,}(?=/|$)", re.IGNORECASE)


def without_personal_data(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Strike out what names a person: known keys whole, and mail addresses, IBAN and NIR inside any text."""
    for key, value in event.items():
        if not key.startswith("_"):  # Those are the formatter's own: the record, and where it came from.
            event[key] = _struck_out_value(key, value)
    return event


def _struck_out_value(key: str, value: Any) -> Any:
    if is_personal(key):
        return STRUCK_OUT
    if isinstance(value, str):
        return struck_out(value)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(inner): _struck_out_value(str(inner), held) for inner, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_struck_out_value("", held) for held in value]
    return struck_out(str(value))


def is_personal(key: str) -> bool:
    """Tell whether a value under *key* names a person: `email`, and `invited_email` alike; not `file_name`."""
    key = key.lower()
    return key in PERSONAL_KEYS or key.rpartition("_")[2] in PERSONAL_KEYS - {"name", "code", "to"}


def struck_out(text: str) -> str:
    """Return *text* with mail addresses, IBAN, NIR and the tokens of links replaced by what they are."""
    text = _IBAN.sub(lambda found: "[iban]" if _may_be_iban(found[0]) else found[0], _MAIL.sub("[mail]", text))
    return _LINK_TOKEN.sub("[token]", _NIR.sub("[nir]", text))


def without_link_tokens(text: str) -> str:
    """Return *text* without what makes its links work: whoever reads it later cannot follow them for their owner."""
    return _LINK_TOKEN.sub("[token]", text)


def _may_be_iban(text: str) -> bool:
    """Tell an IBAN from a word or a digest: written in capitals, or with check digits that are right (ISO 7064)."""
    characters = "".join(character for character in text if character.isalnum())
    if characters.isupper():
        return True
    return int("".join(str(int(character, 36)) for character in characters[4:] + characters[:4])) % 97 == 1


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_personal_data,
]


def logging_settings(level: str) -> dict[str, Any]:
    """Return Django's LOGGING: our loggers and those of libraries through the same processors, on standard error."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        "foreign_pre_chain": SHARED,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "procrastinate": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "_granian": {"level": "WARNING"},
        },
    }

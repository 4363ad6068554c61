"""Why a job was not done, for pages whose rows have no place for it: kept a day, and replaced by the next word."""

from __future__ import annotations

from django.core.cache import cache

KEPT_S = 24 * 3600


def tell(key: str, words: str) -> None:
    cache.set(f"told:{key}", words, KEPT_S)


def forget(key: str) -> None:
    cache.delete(f"told:{key}")


def last_told(key: str) -> str:
    return str(cache.get(f"told:{key}", ""))

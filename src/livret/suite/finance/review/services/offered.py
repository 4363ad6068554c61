"""Exports of everything: offered for some days, then no more than the trace that they were made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from livret.suite.finance.review.models import BooksExport


def exports_past(at: datetime) -> QuerySet[Any]:
    return BooksExport.objects.filter(offered_until__lt=at).exclude(digest="")


def forget_files(exports: QuerySet[Any]) -> None:
    exports.update(digest="")

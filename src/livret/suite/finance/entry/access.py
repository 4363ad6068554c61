"""Finding what a request of the room is about, inside a company that was found already."""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404

from livret.suite.company.models import Company
from livret.suite.finance.models import Attachment

Row = TypeVar("Row")


def document_for(company: Company, pk: int) -> Attachment:
    return _found(Attachment.objects.filter(company=company, pk=pk).first())


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row

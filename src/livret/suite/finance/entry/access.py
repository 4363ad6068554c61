"""Finding what a request of the room is about, inside a company that was found already."""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404

from livret.suite.company.models import Company
from livret.suite.finance.entry.models import EntryFile
from livret.suite.finance.models import Attachment, EntryTemplate, RecurringEntry

Row = TypeVar("Row")


def document_for(company: Company, pk: int) -> Attachment:
    return _found(Attachment.objects.filter(company=company, pk=pk).first())


def template_for(company: Company, pk: int) -> EntryTemplate:
    return _found(EntryTemplate.objects.select_related("journal").filter(company=company, pk=pk).first())


def recurrence_for(company: Company, pk: int) -> RecurringEntry:
    rows = RecurringEntry.objects.select_related("template__journal")
    return _found(rows.filter(template__company=company, pk=pk).first())


def file_for(company: Company, pk: int) -> EntryFile:
    return _found(EntryFile.objects.select_related("company").filter(company=company, pk=pk).first())


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row

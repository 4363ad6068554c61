"""Finding what a page of the set-up is about."""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404

from livret.suite.company.models import Company
from livret.suite.finance.models import AnalyticAxis, AnalyticSection, AuxiliaryAccount

Row = TypeVar("Row")


def party_for(company: Company, number: str) -> AuxiliaryAccount:
    rows = AuxiliaryAccount.objects.select_related("party", "account")
    return _found(rows.filter(company=company, number=number).first())


def axis_for(company: Company, pk: int) -> AnalyticAxis:
    return _found(AnalyticAxis.objects.filter(company=company, pk=pk).first())


def section_for(axis: AnalyticAxis, pk: int) -> AnalyticSection:
    return _found(AnalyticSection.objects.filter(axis=axis, pk=pk).first())


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row

"""Finding the batch that a request names, inside the company it may open."""

from __future__ import annotations

from django.http import Http404

from livret.suite.company.models import Company
from livret.suite.finance.payments.models import PaymentBatch


def batch_for(company: Company, pk: int) -> PaymentBatch:
    rows = PaymentBatch.objects.select_related("company", "bank_account")
    found = rows.filter(company=company, pk=pk).first()
    if found is None:
        raise Http404
    return found

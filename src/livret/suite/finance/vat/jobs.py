"""Long work on VAT: preparing the return of a large period."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.suite.finance.vat.models import Return
from livret.suite.finance.vat.services import preparing


@client_task(name=preparing.TASK)
def prepare_return(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Prepare a return; run again, it prepares it again. One that is filed, or dropped, meanwhile stays so."""
    with suppress(Return.DoesNotExist):
        preparing.prepare(Return.objects.get(pk=payload["return_id"]), at=clock.now())

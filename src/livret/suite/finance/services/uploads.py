"""Files that were uploaded and never imported: for how long they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from livret.core.blobs.tidying import Temporary, register

KEPT = timedelta(days=30)
REFUSED = "refused"


def register_uploads(label: str, *, waiting: Sequence[str]) -> None:
    """Have the files of *label* (app.Model) kept for 30 days while they wait in these states, or were refused.

    What nobody confirmed is then forgotten; a refusal stays to be read, without its file.
    """

    def past(at: datetime) -> QuerySet[Any]:
        rows: QuerySet[Any] = apps.get_model(label)._default_manager.all()
        return rows.filter(state__in=[*waiting, REFUSED], uploaded_at__lt=at - KEPT)

    def let_go(rows: QuerySet[Any]) -> None:
        rows.exclude(state=REFUSED).delete()

    register(label, Temporary(past, let_go))

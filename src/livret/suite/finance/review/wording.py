"""Words of review."""

from __future__ import annotations

from django.utils.translation import gettext as _

from livret.suite.finance.review.models import Question


def may_not_close(question: Question) -> str:
    return _("%(name)s, who asked, closes this question; so may whoever validates entries.") % {
        "name": question.asked_by_name
    }

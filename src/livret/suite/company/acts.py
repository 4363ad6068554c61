"""The acts on the companies and accounts of an environment that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "company.company.created": pgettext_lazy("act", "Company created"),
    "company.fiscal_year.opened": pgettext_lazy("act", "Fiscal year opened"),
    "company.account.opened": pgettext_lazy("act", "Account opened"),
    "company.account.updated": pgettext_lazy("act", "Account updated"),
    "company.account.revoked": pgettext_lazy("act", "Account revoked"),
    "company.right.granted": pgettext_lazy("act", "Right granted"),
    "company.right.revoked": pgettext_lazy("act", "Right taken back"),
}

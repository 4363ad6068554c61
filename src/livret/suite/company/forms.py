"""What people type about companies and rights; plain forms that validate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from livret.kernel.periods import DayPeriod
from livret.suite.company import queries, rules
from livret.suite.company.models import Grant

ROOM_NAMES = {
    "company": _("Companies and people"),
    "finance": _("Finance"),
    "trade": _("Trade and services"),
    "hr": _("Payroll and HR"),
}


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day, as the browser's own calendar sends it."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class YearForm(forms.Form):
    """The first and last day of a fiscal year."""

    first_day = day_field(_("First day of the fiscal year"))
    last_day = day_field(_("Last day of the fiscal year"))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("first_day"), typed.get("last_day")
        if first and last and last <= first:
            raise ValidationError({"last_day": _("The last day must come after the first.")})
        return typed


class NextYearForm(YearForm):
    """A further fiscal year: one shorter or longer than usual says why."""

    reason = forms.CharField(
        label=_("Reason for another length than twelve months"),
        max_length=400,
        required=False,
        help_text=_("Change of closing date, end of the company… It is kept with the fiscal year."),
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        first, last = typed.get("first_day"), typed.get("last_day")
        is_odd = first and last and first < last and not rules.is_usual_length(DayPeriod(first, last))
        if is_odd and not typed.get("reason"):
            raise ValidationError({"reason": _("This fiscal year does not last twelve months: say why.")})
        return typed


class CompanyForm(YearForm):
    """A new company with its first fiscal year."""

    name = forms.CharField(label=_("Company name"), max_length=200)
    siren = forms.CharField(label=_("SIREN"), max_length=20, help_text=_("Nine digits, on the INSEE notice."))
    siret = forms.CharField(label=_("SIRET of the head office"), max_length=24, required=False)
    field_order = ["name", "siren", "siret", "first_day", "last_day"]

    def clean_siren(self) -> str:
        siren = rules.clean_number(self.cleaned_data["siren"])
        if not rules.is_siren(siren):
            raise ValidationError(
                _("%(typed)s is not a SIREN: nine digits with a valid key."),
                params={"typed": self.cleaned_data["siren"]},
            )
        return siren


class RightForm(forms.Form):
    """A right given to somebody on a module, for one company or all."""

    module = forms.ChoiceField(label=_("Module"), choices=list(ROOM_NAMES.items()))
    right = forms.ChoiceField(label=_("Right"), choices=Grant.Right.choices)
    company = forms.ChoiceField(label=_("Company"), required=False)

    def __init__(self, *args: Any, by: rules.Member, **kwargs: Any) -> None:
        """by: who gives the right; offered are the companies that this member administers."""
        super().__init__(*args, **kwargs)
        given = [(str(one.pk), one.name) for one in queries.companies() if by.administers(one.pk)]
        everywhere = [("", _("All companies"))] if by.administers(None) else []
        self.fields["company"].choices = [*everywhere, *given]  # type: ignore[attr-defined]
        self.fields["company"].required = not everywhere

    def wanted(self) -> dict[str, Any]:
        """Return what was asked for, as the services take it: room, right, company or None for all."""
        typed = self.cleaned_data
        company = queries.companies().get(pk=typed["company"]) if typed["company"] else None
        return {"room": typed["module"], "right": typed["right"], "company": company}

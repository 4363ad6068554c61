"""What people type about clients, contracts and people; plain forms that validate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from livret.booklet import library
from livret.booklet.entitlements import OPTIONS
from livret.clients.models import AccessAccount, Client, Instruction, SaasAdministrator, StaffRole
from livret.clients.names import booklet_title, module_name, option_name
from livret.clients.rules.offers import modules_of, plans_of
from livret.clients.rules.siren import normalised_siren, siren_fault
from livret.clients.services import ContractTerms, name_saas_administrator, replace_saas_administrator
from livret.core.clock import PARIS
from livret.core.people import Actor

DAY = {"type": "date"}
AREA = {"rows": 4}


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day, as the browser's own calendar sends it."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs=DAY)
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput({"type": "search"}))


class PersonForm(forms.Form):
    person_name = forms.CharField(label=_("Full name"), max_length=120)
    person_email = forms.EmailField(label=_("Email address"), max_length=254)

    def clean_person_email(self) -> str:
        return str(self.cleaned_data["person_email"]).lower()


class ClientForm(PersonForm):
    """A new client and the person that its contract names first."""

    name = forms.CharField(label=_("Company name"), max_length=160)
    siren = forms.CharField(label="SIREN", max_length=20, help_text=_("Nine digits."))
    field_order = ["name", "siren", "person_name", "person_email"]

    def clean_siren(self) -> str:
        typed = str(self.cleaned_data["siren"])
        fault = siren_fault(typed)
        if fault == "checksum":
            raise ValidationError(_("%(typed)s is not a SIREN: its check digit is wrong."), params={"typed": typed})
        if fault:
            raise ValidationError(_("A SIREN has nine digits; %(typed)s was typed."), params={"typed": typed})
        return normalised_siren(typed)


class OrderForm(forms.Form):
    """What is ordered: modules, people, options, quantities by meter."""

    modules = forms.MultipleChoiceField(label=_("Modules"), widget=forms.CheckboxSelectMultiple)
    named_users = forms.IntegerField(label=_("Named users"), min_value=1, max_value=100_000)
    options = forms.MultipleChoiceField(label=_("Options"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, modules: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order: Any = self.fields
        order["modules"].choices = [(module, module_name(module)) for module in modules]
        order["options"].choices = [(option, option_name(option)) for option in sorted(OPTIONS)]

    def clean_modules(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["modules"])

    def clean_options(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["options"])


class OrderChangeForm(OrderForm):
    effective_on = day_field(_("Effective from"))


class ContractForm(OrderForm):
    """A signed contract."""

    number = forms.RegexField(
        r"^[A-Za-z0-9._-]+$",
        label=_("Contract number"),
        max_length=40,
        help_text=_("Letters, digits, hyphens, dots."),
        error_messages={
            "invalid": _("Only letters, digits, hyphens, dots and underscores: the number is in addresses.")
        },
    )
    booklet = forms.ChoiceField(label=_("Booklet"))
    plan = forms.ChoiceField(label=_("Plan"))
    signed_on = day_field(_("Signed on"))
    starts_on = day_field(_("Starts on"))
    access_codes_on = day_field(_("Access codes handed over on"), required=False)
    support_start_on = day_field(_("Support starts on"), required=False)
    administrator = forms.ModelChoiceField(label=_("First SaaS administrator"), queryset=AccessAccount.objects.none())
    field_order = ["number", "booklet", "plan", "modules", "named_users", "options"]

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        booklets = library().values()
        known = dict.fromkeys(module for one in booklets for module in modules_of(one, library()))
        super().__init__(*args, modules=known, **kwargs)
        self._choice("administrator").queryset = people
        self._choice("booklet").choices = [(str(one), f"{booklet_title(one)} ({one.version})") for one in booklets]
        plans = dict.fromkeys(plan for one in booklets for plan in plans_of(one))
        self._choice("plan").choices = [(plan, plan.capitalize()) for plan in plans]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        signed, starts = typed.get("signed_on"), typed.get("starts_on")
        if signed and starts and starts < signed:
            self.add_error("starts_on", _("A contract cannot start before it is signed."))
        return typed

    @property
    def terms(self) -> ContractTerms:
        typed = {key: value for key, value in self.cleaned_data.items() if key != "administrator"}
        typed["booklet"], _sep, typed["booklet_version"] = typed["booklet"].partition("/")
        return ContractTerms(**typed)

    def _choice(self, name: str) -> Any:
        return self.fields[name]


class MoveForm(forms.Form):
    booklet_version = forms.ChoiceField(label=_("Version of the booklet"))
    effective_on = day_field(_("Effective from"))

    def __init__(self, *args: Any, booklet: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["booklet_version"]
        field.choices = [
            (one.version, f"{booklet_title(one)} ({one.version})") for one in library().values() if one.id == booklet
        ]


class DayForm(forms.Form):
    on = day_field(_("Day"))


class InstructionForm(PersonForm):
    """What the client asked, as customer service writes it down."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=Instruction.Kind.choices, widget=forms.RadioSelect)
    asked_by = forms.ModelChoiceField(label=_("Asked by"), queryset=AccessAccount.objects.none())
    asked_at = forms.DateTimeField(
        label=_("Asked at"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    channel = forms.ChoiceField(label=_("How"))
    text = forms.CharField(label=_("In which words"), widget=forms.Textarea(AREA), max_length=4000)
    field_order = ["kind", "person_name", "person_email", "asked_by", "asked_at", "channel", "text"]

    def __init__(self, *args: Any, administrators: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        asked_by: Any = self.fields["asked_by"]
        asked_by.queryset = administrators
        channel: Any = self.fields["channel"]
        channel.choices = [pair for pair in Instruction.Channel.choices if pair[0] not in ("space", "contract")]

    def clean_asked_at(self) -> datetime:
        asked: datetime = self.cleaned_data["asked_at"]
        if asked > self._now:
            raise ValidationError(
                _("%(moment)s has not come yet."), params={"moment": asked.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")}
            )
        return asked


class AccountRequestForm(PersonForm):
    """What a SaaS administrator asks from the customer space."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=Instruction.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Why"), widget=forms.Textarea(AREA), max_length=4000, help_text=_("For example: new bookkeeper.")
    )
    field_order = ["kind", "person_name", "person_email", "text"]


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=StaffRole.Role.choices, widget=forms.CheckboxSelectMultiple
    )


class TeamMemberForm(RolesForm, PersonForm):
    """A new person of the publisher."""

    field_order = ["person_name", "person_email", "roles"]


class ClosingForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class RefusalForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(AREA), max_length=1000)


class AdministratorForm(forms.Form):
    """Naming a SaaS administrator, possibly in the place of another."""

    account = forms.ModelChoiceField(label=_("Person"), queryset=AccessAccount.objects.none())
    company_name = forms.CharField(
        label=_("Third company"), required=False, max_length=160, help_text=_("Only for a person from another company.")
    )
    from_on = day_field(_("Effective from"))
    replaces = forms.ModelChoiceField(
        label=_("In the place of"), queryset=SaasAdministrator.objects.none(), required=False
    )

    def __init__(self, *args: Any, people: Any, administrators: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account, replaces = self._choice("account"), self._choice("replaces")
        account.queryset, replaces.queryset = people, administrators
        replaces.label_from_instance = lambda row: row.account.full_name

    def name(self, client: Client, *, by: Actor, at: datetime) -> SaasAdministrator:
        """Name the person typed, alone or in the place of another. Raises AdministratorRefused."""
        typed = self.cleaned_data
        account, company, day, replaced = (typed[key] for key in ("account", "company_name", "from_on", "replaces"))
        if replaced:
            return replace_saas_administrator(replaced, account, on=day, company_name=company, by=by, at=at)
        return name_saas_administrator(client, account, from_on=day, company_name=company, by=by, at=at)

    def _choice(self, name: str) -> Any:
        return self.fields[name]


class ProfileForm(forms.Form):
    full_name = forms.CharField(label=_("Full name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=AccessAccount.Language.choices)


class InvitationForm(forms.Form):
    """The first password, chosen by its owner."""

    password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The same again"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, account: AccessAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        validate_password(password, self._account)
        return password

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("password1") and typed.get("password1") != typed.get("password2"):
            self.add_error("password2", _("The two passwords differ: type the same one twice."))
        return typed

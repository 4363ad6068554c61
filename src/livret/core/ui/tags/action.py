"""Tags for doing things: buttons, forms and their fields, confirmations, files."""

from __future__ import annotations

from django import forms, template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from livret.core.ui.tags.rendering import component

register = template.Library()

KINDS: tuple[tuple[type[forms.Field] | type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "check"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.FileInput, "file"),
    (forms.SelectMultiple, "text"),
    (forms.Select, "select"),
    (forms.DateInput, "date"),
    (forms.NumberInput, "figure"),
    (forms.DecimalField, "figure"),
)


@register.simple_tag
def button(
    label: str,
    *,
    kind: str = "plain",
    href: str = "",
    icon: str = "",
    name: str = "",
    value: str = "",
    opens: str = "",
    key: str = "",
    size: str = "",
    type: str = "submit",
    disabled: bool = False,
    form: str = "",
) -> SafeString:
    """A button, or a link that looks like one when it has an href.

    kind: main (one a page), plain, danger or quiet; opens: id of the dialog it opens, its href being the page that does
    the same without script; key: its single-key shortcut, printed on it.
    """
    facts = {"label": label, "kind": kind, "href": href, "icon": icon, "name": name, "value": value, "opens": opens}
    return component("button", **facts, key=key, size=size, type=type, disabled=disabled, form=form)


@register.simple_block_tag
def button_group(content: str, align: str = "start") -> SafeString:
    """Buttons side by side; align: start or end."""
    return component("button_group", content=content, align=align)


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: str,
    id: str,
    title: str,
    action: str,
    submit: str,
    *,
    kind: str = "main",
) -> SafeString:
    """A dialog that asks before posting to *action*: what will happen as content, the verb on the button."""
    facts = {"id": id, "title": title, "action": action, "submit": submit, "kind": kind}
    return component("confirm", content=content, csrf_token=context.get("csrf_token", ""), **facts)


@register.simple_block_tag(takes_context=True)
def form(
    context: Context,
    content: str,
    submit: str,
    *,
    action: str = "",
    cancel_url: str = "",
    target: str = "",
    has_files: bool = False,
    kind: str = "main",
    id: str = "",
) -> SafeString:
    """A form posted once, fields as content, its button named after what it does.

    target: selector of the part of the page that the answer replaces (422 included); none reloads the page.
    """
    facts = {
        "submit": submit,
        "action": action,
        "cancel_url": cancel_url,
        "target": target,
        "has_files": has_files,
        "kind": kind,
        "id": id,
    }
    return component("form", content=content, csrf_token=context.get("csrf_token", ""), **facts)


@register.simple_block_tag
def form_section(content: str, title: str, *, hint: str = "") -> SafeString:
    """Fields that belong together, under a legend."""
    return component("form_section", content=content, title=title, hint=hint)


@register.simple_tag
def form_field(
    field: BoundField,
    *,
    kind: str = "",
    autocomplete: str = "",
    unit: str = "",
    optional: bool = True,
    inputmode: str = "",
) -> SafeString:
    """A field of a Django form: label above, hint before it, errors beside it, all tied to it for screen readers.

    kind: text, figure, date, code (IBAN, SIRET...), select, check, choices, file or search; told from the widget when
    absent. optional: says so on a field that may stay empty.
    """
    kind = kind or kind_of(field)
    attrs = {"autocomplete": autocomplete, "inputmode": inputmode or ("decimal" if kind == "figure" else "")}
    widget = field.as_widget(attrs={name: value for name, value in attrs.items() if value})
    says_optional = optional and not field.field.required and kind not in ("check", "search")
    return component("field", field=field, widget=widget, kind=kind, unit=unit, says_optional=says_optional)


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """All the fields of *form* in their order, hidden ones included."""
    hidden = [str(field) for field in form.hidden_fields()]
    return mark_safe("\n".join(hidden + [form_field(field) for field in form.visible_fields()]))  # noqa: S308


@register.simple_tag
def error_summary(*sources: BaseForm, refusal: str = "", takes_focus: bool = True) -> SafeString:
    """What must be put right, with links to the fields; takes the focus. Nothing when nothing is wrong.

    refusal: the words of a service that said no to the whole.
    """
    general = [refusal] if refusal else []
    general += [str(error) for form in sources for error in form.non_field_errors()]
    fields = [(_anchor(field), field, error) for form in sources for field in form for error in field.errors]
    if not general and not fields:
        return SafeString("")
    return component("error_summary", general=general, fields=fields, takes_focus=takes_focus)


@register.simple_tag
def error_prefix(*sources: BaseForm) -> SafeString:
    """The start of a page's title while its form holds errors."""
    return component("error_prefix") if any(form.is_bound and form.errors for form in sources) else SafeString("")


def kind_of(field: BoundField) -> str:
    """Return the kind of *field* as its widget, then its type, tell it."""
    for cls, kind in KINDS:
        if isinstance(field.field.widget, cls) or isinstance(field.field, cls):
            return kind
    return "text"


def _anchor(field: BoundField) -> str:
    return f"{field.auto_id}_0" if field.field.widget.use_fieldset else field.auto_id

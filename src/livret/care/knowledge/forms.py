"""What people type: words to look for, an article, where it stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from livret.care.knowledge import queries, services, wording
from livret.care.knowledge.models import Article
from livret.care.knowledge.rules.versions import is_version
from livret.core.ui.richtext import plain

BODY_LENGTH = 50_000
EVERY, GENERAL = "", "general"  # In a filter, empty is every product; articles about all of them need a name.


class SearchForm(forms.Form):
    """Words to look for."""

    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, max_length=200, widget=forms.TextInput({"type": "search"})
    )

    def words(self) -> str:
        """Return what is looked for, empty when it cannot be read."""
        return str(self.cleaned_data.get("q", "")) if self.is_valid() else ""


class ListFilter(SearchForm):
    """The filters of the writers' list."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[(EVERY, pgettext_lazy("states", "All")), *Article.State.choices],
    )
    product = forms.ChoiceField(
        label=gettext_lazy("Product"),
        required=False,
        choices=[
            (EVERY, pgettext_lazy("products", "All")),
            *((key or GENERAL, label) for key, label in wording.PRODUCTS.items()),
        ],
    )

    def asked(self) -> queries.ArticleFilter:
        """Return what is asked for; a filter that cannot be read counts for nothing."""
        self.full_clean()
        words, state, product = (str(self.cleaned_data.get(name, "")) for name in ("q", "state", "product"))
        return queries.ArticleFilter(words, state, None if product == EVERY else product.replace(GENERAL, ""))


class PlaceForm(forms.Form):
    """Where an article stands."""

    product = forms.ChoiceField(
        label=gettext_lazy("Product"),
        required=False,
        choices=list(wording.PRODUCTS.items()),
        help_text=gettext_lazy("Only clients whose contract holds it read the article."),
    )
    area = forms.CharField(
        label=pgettext_lazy("product", "Area"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("The part of the product, for example: bank, VAT."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the article"), choices=Article.Language.choices)

    def place(self) -> services.Place:
        typed = self.cleaned_data
        return services.Place(typed["product"], typed["area"], typed["language"])


class VersionForm(forms.Form):
    """What a version of an article says. after: number of the version that the text starts from."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(
        label=pgettext_lazy("article", "Title"),
        max_length=150,
        help_text=gettext_lazy("The question as a reader would ask it, or what they want to do."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("The answer in one or two sentences: it stands under the title and in proposals."),
    )
    body = forms.CharField(
        label=pgettext_lazy("article", "Text"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea({"rows": 16}),
        help_text=gettext_lazy("Markdown: # heading, - list, 1. steps, **strong**, [link](address), | table |."),
    )
    software_version = forms.CharField(
        label=gettext_lazy("Written for version"),
        max_length=24,
        help_text=gettext_lazy("The version of the software whose screens the article describes."),
    )

    def clean_body(self) -> str:
        body = str(self.cleaned_data["body"])
        if not plain(body):
            raise ValidationError(_("This text shows nothing: it holds marks only. Write the words of the article."))
        return body

    def clean_software_version(self) -> str:
        version = str(self.cleaned_data["software_version"])
        if not is_version(version):
            raise ValidationError(
                _("“%(version)s” is not a version: write numbers separated by points, for example %(running)s.")
                % {"version": version, "running": wording.running_version()}
            )
        return version

    def draft(self) -> services.Draft:
        return services.Draft(
            **{name: self.cleaned_data[name] for name in ("title", "summary", "body", "software_version")}
        )


class NewArticleForm(PlaceForm, VersionForm):
    """A first version, and where it stands."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.order_fields(["title", "summary", "product", "area", "language", "body", "software_version"])


class PublicationForm(forms.Form):
    """Which version readers are to see."""

    number = forms.IntegerField(min_value=1, max_value=1_000_000)


class OpinionForm(forms.Form):
    """Whether the article was useful."""

    is_useful = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])

    @property
    def said_yes(self) -> bool:
        return bool(self.cleaned_data["is_useful"] == "yes")

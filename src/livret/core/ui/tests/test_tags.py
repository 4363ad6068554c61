"""The tags of the library ``ui``: what they write, and what assistive technology is told."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.template.exceptions import TemplateSyntaxError
from django.test import RequestFactory
from django.utils.translation import override

from livret.core.ui.tags.action import kind_of


def written(source, path="/", **facts):
    context = RequestContext(RequestFactory().get(path), facts)
    with override("en"):
        return Template("{% load ui %}" + source).render(context)


class Enquiry(forms.Form):
    siret = forms.CharField(label="SIRET", help_text="14 digits")
    amount = forms.DecimalField(label="Amount", required=False)
    since = forms.DateField(label="Since", widget=forms.DateInput, required=False)
    module = forms.ChoiceField(label="Module", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    copy = forms.BooleanField(label="Copy", required=False)
    file = forms.FileField(label="File", required=False)
    page = forms.IntegerField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize("tone", ["good", "warn", "bad", "info", "accent", "neutral"])
def test_a_badge_always_holds_an_icon_and_its_word(tone):
    html = written("{% badge 'Paid' tone=tone %}", tone=tone)

    assert "<svg" in html
    assert "Paid" in html


def test_a_badge_of_an_unknown_tone_is_refused():
    with pytest.raises(KeyError, match="purple"):
        written("{% badge 'Paid' tone='purple' %}")


def test_a_tag_escapes_what_people_typed():
    html = written(
        "{% badge label %}{% copyable label %}{% notice 'bad' title=label %}{{ label }}{% endnotice %}", label="<b>"
    )

    assert "<b>" not in html


def test_a_clause_mark_opens_its_clause():
    html = written("{% clause 'care' '2023' 'C-19' 'Response target' %}")

    assert 'href="/livret/care/2023/#C-19"' in html
    assert "Response target" in html


def test_a_message_keeps_the_tone_of_its_level():
    assert written("{{ 'error'|tone }} {{ 'success'|tone }} {{ 'debug'|tone }}") == "bad good info"


@pytest.mark.parametrize("filter_name", ["euros", "cents", "amount", "day", "instant", "duration", "percent", "size"])
@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_absent_is_a_dash_with_words(filter_name, nothing):
    html = written("{{ value|" + filter_name + " }}", value=nothing)

    assert "–" in html
    assert "not given" in html


def test_zero_is_not_absent():
    assert written("{{ value|cents }}", value=0) == "€0.00"


def test_a_day_is_written_for_machines_too():
    assert written("{{ value|day }}", value=date(2026, 3, 31)) == '<time datetime="2026-03-31">31/03/2026</time>'


def test_an_amount_follows_the_language():
    with override("fr"):
        text = Template("{% load ui %}{{ value|euros }}").render(Context({"value": Decimal("1204.80")}))

    assert text == "1\u202f204,80\u202f€"


def test_two_hints_with_the_same_words_have_different_ids():
    html = written("{% hint %}Same{% endhint %}{% hint %}Same{% endhint %}")

    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids)) == 2


def test_ids_are_the_same_at_each_rendering():
    source = "{% table 'Invoices' %}<tbody></tbody>{% endtable %}"

    assert written(source) == written(source)


def test_a_table_is_a_region_named_by_its_caption():
    html = written("{% table 'Invoices' note='5' %}<tbody></tbody>{% endtable %}")

    name = html.split('aria-labelledby="')[1].split('"')[0]
    assert f'<caption id="{name}">Invoices' in html
    assert 'tabindex="0"' in html


@pytest.mark.parametrize(
    ("path", "order", "link"),
    [
        ("/?q=a", "none", "?q=a&amp;sort=date"),
        ("/?sort=date", "ascending", "?sort=-date"),
        ("/?sort=-date&page=4", "descending", "?sort=date"),
    ],
)
def test_a_sorted_column_says_its_order_and_keeps_the_filters(path, order, link):
    html = written("{% sort_header 'Date' 'date' %}", path=path)

    assert f'aria-sort="{order}"' in html
    assert f'href="{link}"' in html


def test_pages_keep_the_filters_and_mark_the_current_one():
    page = Paginator(range(1240), 50).page(3)

    html = written("{% pagination page %}", path="/?q=a%26b&page=3", page=page)

    assert "101 to 150 of 1,240" in html
    assert 'href="?q=a%26b&amp;page=3" aria-current="page"' in html
    assert 'rel="next"' in html


def test_a_single_page_shows_no_links():
    assert "<nav" not in written("{% pagination page %}", page=Paginator(range(3), 50).page(1))


@pytest.mark.parametrize(
    ("path", "current"),
    [("/ledger/", 'aria-current="page"'), ("/ledger/411/", 'aria-current="true"'), ("/ledgers/", ""), ("/", "")],
)
def test_the_side_menu_marks_where_one_is(path, current):
    html = written("{% side_link 'Ledger' '/ledger/' %}", path=path)

    assert ("aria-current" in html) == bool(current)
    assert current in html


def test_a_button_with_an_address_is_a_link():
    assert written("{% button 'Edit' href='/e/' %}").strip().startswith('<a class="button" href="/e/"')


def test_a_confirmation_posts_with_its_token():
    html = written("{% confirm 'c' 'Sure?' '/x/' 'Delete' %}Why{% endconfirm %}")

    assert 'method="post" action="/x/"' in html
    assert 'name="csrfmiddlewaretoken"' in html


def test_a_form_is_posted_once_and_swaps_when_it_has_a_target():
    html = written("{% form 'Send' target='#request' has_files=True %}{% endform %}")

    assert "data-once" in html
    assert 'hx-target="#request"' in html
    assert 'enctype="multipart/form-data"' in html


def test_a_field_ties_its_hint_and_its_error_to_the_control():
    html = written("{% form_field form.siret kind='code' autocomplete='off' %}", form=Enquiry({"siret": ""}))

    assert '<label class="field__label" for="id_siret">' in html
    assert 'aria-describedby="id_siret_helptext id_siret_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_siret_helptext"' in html
    assert 'id="id_siret_error"' in html
    assert 'autocomplete="off"' in html


@pytest.mark.parametrize(("name", "says"), [("siret", False), ("amount", True), ("copy", False)])
def test_only_a_field_that_may_stay_empty_says_so(name, says):
    assert ("(optional)" in written("{% form_field field %}", field=Enquiry()[name])) == says


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("siret", "text"),
        ("amount", "figure"),
        ("since", "date"),
        ("module", "choices"),
        ("copy", "check"),
        ("file", "file"),
    ],
)
def test_the_kind_of_a_field_is_told_by_its_widget(name, kind):
    assert kind_of(Enquiry()[name]) == kind


def test_choices_are_a_group_with_a_legend():
    html = written("{% form_field form.module %}", form=Enquiry({}))

    assert "<fieldset" in html
    assert html.count('type="radio"') == 2
    assert 'aria-describedby="id_module_error"' in html


def test_all_the_fields_include_the_hidden_ones():
    html = written("{% form_fields form %}", form=Enquiry())

    assert 'type="hidden" name="page"' in html
    assert html.count("field__label") >= 6


def test_the_summary_of_errors_links_to_the_fields_with_the_same_words():
    form = Enquiry({"siret": "", "module": ""})

    html = written("{% error_summary form %}{% form_field form.siret %}", form=form)

    assert 'href="#id_siret"' in html
    assert 'href="#id_module_0"' in html
    assert html.count("This field is required.") == 3
    assert "autofocus" in html


def test_a_form_without_error_shows_no_summary_and_no_prefix():
    assert written("{% error_summary form %}{% error_prefix form %}", form=Enquiry()).strip() == ""


def test_a_refusal_stands_in_the_summary():
    assert "Already issued" in written("{% error_summary form refusal='Already issued' %}", form=Enquiry())


def test_the_title_of_a_page_with_errors_begins_with_the_word():
    assert written("{% error_prefix form %}", form=Enquiry({})).startswith("Error:")


def test_a_tag_with_a_missing_argument_is_refused_when_the_template_is_read():
    with pytest.raises(TemplateSyntaxError, match="label"):
        Template("{% load ui %}{% badge %}")


def test_a_bar_of_progress_is_written_for_machines_without_separators():
    html = written("{% progress 'Import' 8214 12400 %}")

    assert '<progress value="8214" max="12400"' in html
    assert "8,214 of 12,400" in html

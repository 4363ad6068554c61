from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.kernel.charts import UnknownAccount, chart_for, charts, read_chart
from livret.kernel.errors import BadData
from livret.kernel.legislation import NotInForce

BEFORE, AFTER = date(2024, 12, 31), date(2025, 1, 1)

SMALL = """
name = "Plan"
source = "Règlement"
opened_from = 2014-01-01
[accounts]
5 = "Comptes financiers"
51 = "Banques"
512 = "Banque"
58 = "Virements internes"
"""


def small_chart(tmp_path, text=SMALL):
    (tmp_path / "2014.toml").write_text(text, encoding="utf-8")
    return read_chart(tmp_path / "2014.toml")


@pytest.mark.parametrize("number", ["791", "796", "797", "675", "775", "777", "671", "771", "687900"])
def test_accounts_of_the_old_chart_were_valid_in_2024(number):
    assert chart_for(BEFORE).is_valid(number)


@pytest.mark.parametrize("number", ["791", "796", "797", "675", "775", "777", "671200", "771", "79", "674"])
def test_accounts_that_the_reform_removed_are_no_longer_valid_in_2025(number):
    assert not chart_for(AFTER).is_valid(number)


@pytest.mark.parametrize(
    ("number", "label"),
    [
        ("657", "Valeurs comptables des immobilisations incorporelles et corporelles cédées"),
        ("757", "Produits des cessions d’immobilisations incorporelles et corporelles"),
        ("747", "Quote-part des subventions d’investissement virée au résultat de l’exercice"),
        ("7587", "Indemnités d’assurance"),
        ("649", "Remboursements de charges de personnel"),
        ("481", "Frais d’émission des emprunts"),
        ("638", "Rappel d’impôts (autres qu’impôts sur les bénéfices)"),
    ],
)
def test_the_reform_of_2025_names_its_new_accounts(number, label):
    assert chart_for(AFTER).account(number).label == label


@pytest.mark.parametrize(
    ("number", "holder"),
    [
        ("411DUPONT", "411"),
        ("512000", "512"),
        ("44571200", "44571"),
        ("580000", "58"),
        ("370000", "37"),
        ("101", "101"),
    ],
)
def test_a_sub_account_belongs_to_the_longest_account_that_begins_it(number, holder):
    assert chart_for(AFTER).account(number).number == holder


@pytest.mark.parametrize("number", ["", "4", "41", "999", "000", "4X1", "CLIENT", "48X"])
def test_a_number_that_begins_with_no_account_is_refused_by_name(number):
    with pytest.raises(UnknownAccount, match=f"account '{number}'"):
        chart_for(AFTER).label_for(number)


def test_the_chart_of_a_year_is_the_one_in_force_when_it_opened():
    found = [chart_for(day).opened_from.year for day in (BEFORE, AFTER, date(2026, 7, 1))]

    assert found == [2014, 2025, 2026]


def test_a_year_older_than_every_chart_is_refused():
    with pytest.raises(NotInForce, match="2013-12-31"):
        chart_for(date(2013, 12, 31))


def test_the_charts_tile_time():
    assert all(older.opened_until == newer.opened_from for older, newer in pairwise(charts()))


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: str(chart.opened_from.year))
def test_a_chart_is_whole(chart):
    accounts = chart.accounts.values()

    assert len(accounts) >= 850
    assert all(account.parent in chart.accounts for account in accounts if len(account.number) > 1)
    assert not [account.label for account in accounts if "'" in account.label or "..." in account.label]


@given(number=st.sampled_from(sorted(chart_for(AFTER).accounts)), suffix=st.text("0123456789AZ", max_size=4))
def test_sub_accounts_of_an_account_of_three_digits_or_more_are_free(number, suffix):
    chart = chart_for(AFTER)

    assert len(number) < 3 or chart.is_valid(number + suffix)


@pytest.mark.parametrize(
    ("day", "number", "root"),
    [
        (BEFORE, "530000", "53"),
        (BEFORE, "370000", "37"),
        (AFTER, "740000", "74"),
        (AFTER, "500000", "50"),
        (AFTER, "510", "51"),
    ],
)
def test_a_root_padded_with_zeros_is_the_root_itself(day, number, root):
    assert chart_for(day).account(number).number == root


@pytest.mark.parametrize("number", ["790000", "5101", "510A", "642000", "798000", "000000"])
def test_zeros_do_not_make_an_account_of_what_the_chart_does_not_know(number):
    assert not chart_for(AFTER).is_valid(number)


@given(number=st.text("0123456789", min_size=1, max_size=8))
def test_the_account_that_holds_a_valid_number_begins_it(number):
    chart = chart_for(AFTER)

    assert not chart.is_valid(number) or number.startswith(chart.account(number).number)


def test_an_undivided_root_takes_sub_accounts_and_a_divided_one_does_not(tmp_path):
    chart = small_chart(tmp_path)

    assert [chart.is_valid(number) for number in ("581", "5120", "513", "5101")] == [True, True, False, False]


def test_an_amending_chart_adds_and_removes(tmp_path):
    small_chart(tmp_path)
    text = (
        'name="P"\nsource="R"\nopened_from=2026-01-01\namends="2014.toml"\nremoved=["58"]\n[accounts]\n513="Caisse"\n'
    )
    (tmp_path / "2026.toml").write_text(text, encoding="utf-8")

    assert set(read_chart(tmp_path / "2026.toml").accounts) == {"5", "51", "512", "513"}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('source = "Règlement"\n', "", "2014.toml: source: missing"),
        ('58 = "Virements internes"', '58 = ""', r"accounts\.58: blank"),
        ('58 = "Virements internes"', '5A = "Autre"', r"accounts\.5A: an account number is digits"),
        ('58 = "Virements internes"', '98 = "Autre"', r"accounts\.98: an account number"),
        ("[accounts]", '[doubts]\n60 = "?"\n[accounts]', r"doubts\.60: the chart has no such account"),
        ("[accounts]", 'colour = "red"\n[accounts]', "colour: unknown key"),
        ("[accounts]", 'amends = "absent.toml"\n[accounts]', "absent.toml"),
    ],
)
def test_a_bad_chart_is_refused_with_its_file_place_and_reason(tmp_path, old, new, place):
    with pytest.raises(BadData, match=place):
        small_chart(tmp_path, SMALL.replace(old, new, 1))


def test_a_removal_of_an_account_that_is_not_there_is_refused(tmp_path):
    small_chart(tmp_path)
    text = 'name="P"\nsource="R"\nopened_from=2026-01-01\namends="2014.toml"\nremoved=["59"]\n'
    (tmp_path / "2026.toml").write_text(text, encoding="utf-8")

    with pytest.raises(BadData, match="removed: account '59' is not in"):
        read_chart(tmp_path / "2026.toml")

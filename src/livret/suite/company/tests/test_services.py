import uuid
from datetime import UTC, date, datetime

import pytest

from livret.booklet.entitlements import Allowance
from livret.core.people import Actor
from livret.core.resident.models import AuditEvent
from livret.suite.company import queries, services
from livret.suite.company.models import ApplicationAccount, Company, Grant

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALICE = Actor(uuid.UUID(int=0xA11CE), "Alice", "client", "127.0.0.1")
YEAR = {"first_day": date(2025, 1, 1), "last_day": date(2025, 12, 31)}


def make_company(siren="732829320", allowance=None, **changed):
    facts = {"siren": siren, "name": "Ateliers Lumen", "allowance": allowance, **changed}
    return services.create_company(**facts, by=ALICE, at=AT)


def make_account(name="Bob", number=2):
    return services.open_account(
        person_id=uuid.UUID(int=number), name=name, email=f"{name.lower()}@atelier.example", by=ALICE, at=AT
    )


def give(account, right="read", room="finance", company=None):
    return services.grant(account, room=room, right=right, company=company, by=ALICE, at=AT)


@pytest.fixture
def administrator(entered):
    account = make_account("Alice", 1)
    give(account, "administer", "company")
    return account


def test_a_company_is_created_with_its_number_cleaned(entered):
    assert make_company("732 829 320").siren == "732829320"
    assert AuditEvent.objects.filter(action="company.company.created").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"siren": "732829321"}, "siren"), ({"siret": "73282932000075"}, "siret"), ({"name": " "}, "name")],
)
def test_a_bad_identifier_names_its_field(entered, changed, field):
    with pytest.raises(services.CompanyRefused) as refusal:
        make_company(**changed)

    assert refusal.value.field == field


def test_a_siren_is_here_once(entered):
    make_company()

    with pytest.raises(services.CompanyRefused, match="732829320"):
        make_company()


def test_the_ceiling_of_companies_cites_its_clause(entered):
    allowance = Allowance(None, None, 1, "S-4", "companies")
    make_company(allowance=allowance)

    with pytest.raises(services.TooManyCompanies, match="S-4") as refusal:
        make_company("552100554", allowance=allowance)

    assert refusal.value.clause == "S-4"
    assert Company.objects.count() == 1


def test_a_fiscal_year_is_opened(entered):
    year = services.open_fiscal_year(make_company(), **YEAR, by=ALICE, at=AT)

    assert (year.label, year.days.days, year.is_open) == ("2025", 365, True)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2025, 12, 31), date(2025, 1, 1), "avant de commencer"),
        (date(2026, 1, 1), date(2028, 1, 1), "24 mois"),
        (date(2025, 7, 1), date(2026, 6, 30), "2025"),
    ],
)
def test_an_unlawful_fiscal_year_is_refused_in_words(entered, settings, first, last, words):
    from django.utils import translation

    company = make_company()
    services.open_fiscal_year(company, **YEAR, by=ALICE, at=AT)

    with translation.override("fr"), pytest.raises(services.YearRefused, match=words):
        services.open_fiscal_year(company, first_day=first, last_day=last, by=ALICE, at=AT)


def test_a_member_has_the_rights_that_were_granted(administrator):
    company, bob = make_company(), make_account()
    give(bob, "write", company=company)

    member = queries.member(bob.person_id)

    assert member.may("finance", "write", company_id=company.pk)
    assert not member.may("finance", "validate", company_id=company.pk)
    assert not member.may("finance", "read", company_id=company.pk + 1)
    assert list(queries.companies_of(member, "finance")) == [company]


def test_a_second_grant_replaces_the_first(administrator):
    bob = make_account()
    give(bob, "read")
    give(bob, "validate")

    assert Grant.objects.get(account=bob).right == "validate"


def test_nobody_is_left_without_an_administrator(administrator):
    with pytest.raises(services.LastAdministrator):
        services.revoke(Grant.objects.get(account=administrator), by=ALICE, at=AT)

    assert Grant.objects.filter(account=administrator).exists()


def test_the_first_right_given_must_be_to_administer(entered):
    with pytest.raises(services.LastAdministrator):
        give(make_account(), "read")


def test_a_revoked_person_has_no_right_and_is_shown_so(administrator):
    bob = make_account()
    give(bob)

    assert services.revoke_person(bob.person_id, by=ALICE, at=AT) is True
    assert services.revoke_person(bob.person_id, by=ALICE, at=AT) is False
    assert queries.member(bob.person_id) is None
    assert [(one.name, one.is_active, one.rights) for one in queries.register()] == [
        ("Alice", True, (("company", "", "administer"),)),
        ("Bob", False, ()),
    ]


def test_somebody_who_comes_back_starts_without_rights(administrator):
    bob = make_account()
    give(bob)
    services.revoke_person(bob.person_id, by=ALICE, at=AT)

    make_account()

    assert ApplicationAccount.objects.get(person_id=bob.person_id).is_active
    assert queries.member(bob.person_id).permits == ()


def test_the_administrators_are_told_to_those_who_lack_a_right(administrator):
    assert queries.administrators() == ["Alice"]


@pytest.mark.parametrize(("room", "right"), [("garden", "read"), ("finance", "own")])
def test_an_unknown_right_is_a_fault_of_ours(administrator, room, right):
    with pytest.raises(ValueError, match="no such right"):
        give(administrator, right, room)

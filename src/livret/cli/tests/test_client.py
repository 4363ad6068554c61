import re

import pytest

from livret.booklet import library
from livret.clients import services
from livret.clients.models import AccessAccount, Client, Contract, Instruction, SaasAdministrator
from livret.core.audit.models import AuditEvent
from livret.core.mail.models import Message

CREATE = {
    "--contract": "C-2026-7",
    "--booklet": "sprint/2019",
    "--plan": "open",
    "--module": "finance",
    "--users": "4",
    "--administrator": "Alice Garrigue",
    "--email": "Alice@quai.example",
    "--signed-on": "2026-01-05",
    "--starts-on": "2026-02-01",
}


def typed(**changes):
    options = {**CREATE, **{f"--{name.replace('_', '-')}": value for name, value in changes.items()}}
    return ["client", "create", "Quai Neuf", "732 829 320", *[word for pair in options.items() for word in pair]]


def test_a_client_is_taken_on_with_its_contract_and_its_first_person(command):
    result = command(*typed())

    contract = Contract.objects.get()
    assert (result.exit_code, contract.client.slug, contract.client.siren) == (0, "quai-neuf", "732829320")
    assert (contract.number, contract.plan, contract.modules, contract.named_users) == (
        "C-2026-7",
        "open",
        ["finance"],
        4,
    )
    assert (contract.signed_on.isoformat(), contract.starts_on.isoformat()) == ("2026-01-05", "2026-02-01")
    assert SaasAdministrator.objects.get().account.email == "alice@quai.example"
    assert Instruction.objects.get().channel == Instruction.Channel.CONTRACT
    assert "livret environment create quai-neuf" in result.output


def test_the_person_is_invited_to_the_address_of_the_service(command):
    command(*typed(url="https://livret.example/"))

    mail = Message.objects.get()
    token = re.search(r"https://livret\.example/compte/invitation/([\w-]+)/", mail.text)[1]
    account = services.accept_invitation(token, password="rivage-tranquille-41", at=mail.written_at)
    assert account.email == mail.to == "alice@quai.example"


def test_the_trail_says_that_it_was_done_at_a_terminal(command):
    command(*typed())

    assert set(AuditEvent.objects.filter(action__startswith="clients.").values_list("actor_name", flat=True)) == {
        "Livret"
    }
    assert AuditEvent.objects.filter(action="clients.client.created").get().address.startswith("livret, ")


def test_options_quantities_and_days_of_the_order_are_kept(command):
    care = ["--option", "assistance_plus", "--ordered", "hr.payslips=120", "--module", "hr"]

    result = command(
        *typed(booklet="care/2023-09-18", plan="care", codes_on="2026-02-02", support_on="2026-02-03"), *care
    )

    contract = Contract.objects.get()
    assert (result.exit_code, contract.options, contract.ordered) == (0, ["assistance_plus"], {"hr.payslips": 120})
    assert sorted(contract.modules) == ["finance", "hr"]
    assert (contract.access_codes_on.day, contract.support_start_on.day) == (2, 3)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"booklet": "care/1999"}, "1999"),
        ({"booklet": "care"}, "care"),
        ({"plan": "gold"}, "Gold"),
        ({"module": "chess"}, "chess"),
        ({"option": "sauna"}, "sauna"),
    ],
)
def test_what_the_booklet_does_not_know_is_refused_and_nothing_is_written(command, changes, said):
    result = command(*typed(**changes))

    assert said in str(result.exception)
    assert [model.objects.count() for model in (Client, AccessAccount, Contract, Message)] == [0, 0, 0, 0]


def test_the_same_client_twice_is_refused(command):
    command(*typed())

    result = command(*typed(contract="C-2026-8", email="other@quai.example"))

    assert "732829320" in str(result.exception)
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "alice"}, "not a mail address"),
        ({"users": "0"}, "--users"),
        ({"signed_on": "05/01/2026"}, "--signed-on"),
        ({"ordered": "payslips"}, "hr.payslips=120"),
        ({"ordered": "hr.payslips=-1"}, "hr.payslips=120"),
    ],
)
def test_a_bad_option_is_a_usage_error_that_names_it(command, changes, said):
    result = command(*typed(**changes))

    assert result.exit_code == 2
    assert said in result.output


def test_the_clients_are_listed_with_their_contract_and_environments(command):
    command(*typed(starts_on="2026-01-05"))
    command("environment", "create", "quai-neuf", "quai")

    lines = command("client", "list").output.splitlines()

    assert [line.split() for line in lines] == [["quai-neuf", "732829320", "C-2026-7", "sprint/2019", "quai"]]


def test_a_contract_signed_ahead_is_listed_with_its_first_day(command):
    command(*typed(starts_on="2099-03-01"))

    assert "C-2026-7 sprint/2019 starts on 2099-03-01" in command("client", "list").output


@pytest.mark.parametrize(("words", "count"), [(["quai"], 1), (["732"], 1), (["neuf", "C-2026"], 1), (["moulin"], 0)])
def test_the_list_is_searched(command, words, count):
    command(*typed())

    assert len(command("client", "list", *words).output.splitlines()) == count


def test_the_example_booklet_of_the_help_exists(command):
    shown = command("client", "create", "--help").output

    booklet = re.search(r"Such as (care/[\d-]+)", shown)[1]
    assert tuple(booklet.split("/")) in library()

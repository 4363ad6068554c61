import pytest

from livret.core.tenancy.models import Environment
from livret.core.tenancy.queries import inside_environment
from livret.ops.environments.models import LedgerHead
from livret.suite.finance.tests.factories import fec_bytes, imported, sale


@pytest.fixture
def books(command):
    """An environment with two sales in its books."""
    from livret.clients.tests import factories

    factories.make_client("atelier")
    command("environment", "create", "atelier", "bureau")
    environment = Environment.objects.get(slug="bureau")
    with inside_environment(environment.pk):
        imported(fec_bytes([*sale("1"), *sale("2")]))
    return environment


def test_books_that_hold_are_said_to_be_proved(command, books):
    result = command("ledger", "verify")

    assert result.exit_code == 0
    assert "bureau: proved; 2 entries in 1 chains, 2 entries whose head has not left yet" in result.output


def test_a_head_that_the_books_do_not_meet_is_told_and_ends_with_an_error(command, books):
    facts = {"siren": "732829320", "year_ends": "2025-12-31", "journal": "VE", "number": 2, "head": "ab" * 32}
    LedgerHead.objects.create(environment=books, generation=1, **facts, received_at=books.created_at)

    result = command("ledger", "verify", "bureau")

    assert result.exit_code == 1
    assert "732829320 2025-12-31 VE no. 2: the chain is coherent but is not the one" in result.output

import pytest

from livret.clients import queries
from livret.clients.models import Client
from livret.clients.tests import factories
from livret.core.resident.models import Claim
from livret.core.tenancy import provision
from livret.core.tenancy.models import Environment
from livret.core.tenancy.queries import inside_environment
from livret.ops.environments.services import NoCell, NoSuchEnvironment, SlugTaken


@pytest.fixture
def atelier(command):
    return factories.make_client("atelier")


@pytest.fixture
def made(command, atelier):
    command("environment", "create", "atelier", "bureau")
    return Environment.objects.get(slug="bureau")


def test_an_environment_is_made_for_its_client(command, atelier):
    result = command("environment", "create", "atelier", "bureau", "--kind", "test")

    owned = queries.environments_of_client(atelier.pk).get()
    assert (result.exit_code, owned.kind, owned.environment.state) == (0, "test", "active")
    assert "/e/bureau/" in result.output
    with inside_environment(owned.environment_id):
        assert Claim.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["nobody", "bureau"], queries.UnknownClient),
        (["atelier", "bureau", "--cell", "nowhere"], NoCell),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_left(command, atelier, arguments, refusal):
    result = command("environment", "create", *arguments)

    assert isinstance(result.exception, refusal)
    assert (result.exit_code, Environment.objects.count()) == (1, 0)


def test_a_name_that_another_client_has_is_refused_and_its_owner_stays(command, made):
    factories.make_client("moulin")

    result = command("environment", "create", "moulin", "bureau")

    assert isinstance(result.exception, SlugTaken)
    assert Environment.objects.get().ownership.client.slug == "atelier"


def test_the_same_command_again_completes_and_makes_nothing_twice(command, made):
    result = command("environment", "create", "atelier", "bureau")

    assert (result.exit_code, Environment.objects.get()) == (0, made)


def test_an_environment_that_a_crash_left_without_owner_is_completed(command, made):
    Client.objects.get().environments.all().delete()
    Environment.objects.update(state="creating")

    result = command("environment", "create", "atelier", "bureau")

    assert result.exit_code == 0
    assert queries.environments_of_client(Client.objects.get().pk).get().environment == made


def test_environments_are_listed_with_their_state_and_schema(command, made):
    current = command("environment", "list").output
    Environment.objects.update(schema_fingerprint="old", migration_error="it broke")
    behind = command("environment", "list").output

    assert current.split() == ["bureau", "main", "g1", "active", "current"]
    assert behind.split() == ["bureau", "main", "g1", "active", "to", "migrate", "it", "broke"]


def test_migrating_says_what_became_of_each(command, made):
    Environment.objects.update(schema_fingerprint="old")

    first, second = command("environment", "migrate"), command("environment", "migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "bureau: migrated" in first.output
    assert "bureau: already current" in second.output


def test_a_migration_that_fails_is_told_by_the_exit_code(command, made, cluster):
    Environment.objects.update(schema_fingerprint="old")
    with provision.connected(cluster.host, cluster.port, made.database) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'resident'")

    result = command("environment", "migrate")

    assert result.exit_code == 1
    assert "1 failed" in result.output


def test_migrating_an_unknown_environment_is_refused(command, made):
    result = command("environment", "migrate", "nowhere")

    assert isinstance(result.exception, NoSuchEnvironment)


def test_an_environment_is_dumped_and_put_back(command, made, tmp_path):
    with inside_environment(made.pk):
        Claim.objects.create(key="kept")
    dumped = command("environment", "dump", "bureau", tmp_path / "bureau.dump")
    with inside_environment(made.pk):
        Claim.objects.create(key="written since")

    restored = command("environment", "restore", "bureau", tmp_path / "bureau.dump", "--yes")

    assert (dumped.exit_code, restored.exit_code) == (0, 0)
    assert "generation 2" in restored.output
    with inside_environment(made.pk):
        assert list(Claim.objects.values_list("key", flat=True)) == ["kept"]


def test_a_restore_asks_first_and_no_is_no(command, made, tmp_path):
    command("environment", "dump", "bureau", tmp_path / "bureau.dump")

    result = command("environment", "restore", "bureau", tmp_path / "bureau.dump", input="n\n")

    assert result.exit_code == 1
    assert Environment.objects.get().generation == 1


@pytest.mark.parametrize("verb", ["dump", "restore"])
def test_an_unknown_environment_is_refused(command, tmp_path, verb):
    (tmp_path / "some.dump").touch()
    options = ["--yes"] if verb == "restore" else []

    result = command("environment", verb, "nowhere", tmp_path / "some.dump", *options)

    assert isinstance(result.exception, NoSuchEnvironment)


def test_a_file_that_is_no_dump_is_refused_in_one_line(command, made, tmp_path):
    (tmp_path / "some.dump").write_bytes(b"nothing of the kind")

    result = command("environment", "restore", "bureau", tmp_path / "some.dump", "--yes")

    assert result.exit_code == 1
    assert result.output.startswith("Error: pg_restore")
    assert Environment.objects.get().generation == 1

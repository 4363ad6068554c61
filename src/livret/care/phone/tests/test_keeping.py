"""What is kept of calls, and the keys and numbers that the publisher sets."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from livret.care.phone import queries, services
from livret.care.phone.models import Call
from livret.care.phone.rules.defaults import defaults
from livret.care.phone.tests import factories

TEN = factories.MONDAY_10H


class TestKeeping:
    def test_the_number_is_erased_after_its_time_and_not_before(self, sprint, key):
        call = factories.arrive(key, number="0612345678")
        kept = TEN + timedelta(days=defaults().calls.number_kept_days)

        assert (services.erase_numbers(now=kept), services.erase_numbers(now=kept + timedelta(seconds=1))) == (0, 1)

        call.refresh_from_db()
        assert call.number == ""

    def test_calls_whose_end_was_never_told_are_over_after_their_time(self, sprint, denis, key):
        waits = factories.arrive(key)
        speaks = factories.answer(factories.arrive(key), denis)
        limits = defaults().calls
        moments = [TEN + timedelta(seconds=most + 1) for most in (limits.longest_wait_s, limits.longest_call_s)]

        assert [services.end_lost_calls(now=at) for at in moments] == [1, 1]

        assert [Call.objects.get(pk=call.pk).state for call in (waits, speaks)] == ["given_up", "ended"]

    @pytest.mark.parametrize("statement", ["UPDATE phone_callevent SET kind = 'ended'", "DELETE FROM phone_callevent"])
    def test_what_happened_to_a_call_is_never_rewritten(self, sprint, key, statement):
        factories.arrive(key)

        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)

    @pytest.mark.parametrize(
        "change",
        [{"state": "answered"}, {"is_priority": True, "clause": ""}, {"refusal": "closed"}, {"state": "gone"}],
        ids=str,
    )
    def test_a_call_cannot_say_two_things_at_once(self, sprint, key, change):
        call = factories.arrive(key)

        with pytest.raises(IntegrityError), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(**change)


class TestKeys:
    def test_the_token_opens_its_key_until_it_is_revoked(self, made):
        before = services.key_of(made.token)
        services.revoke_key(made.key, by=factories.PUBLISHER, now=TEN)

        assert (before, services.key_of(made.token)) == (made.key, None)

    def test_the_secret_is_kept_nowhere(self, made):
        secret = made.token.partition(".")[2]

        assert secret not in str(vars(made.key))

    @pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: t.partition(".")[0], lambda t: f"{'0' * 32}{t[32:]}",
                                       lambda t: "", lambda t: "x.y", lambda t: t + "\0"])  # fmt: skip
    def test_no_other_token_opens_it(self, made, spoil):
        assert services.key_of(spoil(made.token)) is None

    def test_two_keys_in_use_have_two_names(self, made):
        with pytest.raises(services.NameTaken):
            factories.make_key()
        services.revoke_key(made.key, by=factories.PUBLISHER, now=TEN)

        assert factories.make_key().key.pk != made.key.pk

    def test_the_latest_number_announced_counts_where_the_booklet_gives_none(self, control):
        for number in ("01 99 00 00 00", factories.SPRINT_LINE):
            factories.announce(number)
        lines = {booklet: queries.line_of(queries.library()[booklet]) for booklet in queries.library()}

        assert {key[0]: (line.number, line.set_by_publisher) for key, line in lines.items()} == {
            "care": ("0826 888 488", False),
            "sprint": ("0199001234", True),
        }

    def test_what_cannot_be_dialled_is_not_announced(self, control):
        with pytest.raises(services.NotANumber):
            factories.announce("bientôt")

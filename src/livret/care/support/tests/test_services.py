"""Filing, picking up and answering, in the control database."""

from __future__ import annotations

import pytest

from livret.care.support import services
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris


def test_a_request_gets_a_number_a_code_and_its_due_instant(care, bob):
    request = factories.file(bob)

    assert request.number == "D-2026-000001"
    assert request.due_at == paris(3, 11)
    assert len(request.call_code) == 8


def test_the_second_pick_up_is_refused(care, bob, denis, emma):
    request = factories.file(bob)
    factories.pick_up(request, denis, at=paris(2, 16))

    with pytest.raises(services.AlreadyPickedUp):
        factories.pick_up(request, emma, at=paris(2, 16, 30))

"""The world that tests of pages walk through."""

from __future__ import annotations

import pytest
from django.test import override_settings

from livret.core import clock
from tests.consistency.world import NOW, standing


@pytest.fixture(scope="module")
def world(cluster, environment_databases, django_db_blocker, tmp_path_factory):
    """The world, built once: what a request does is undone after its answer."""
    files = override_settings(STATE_FOLDER=tmp_path_factory.mktemp("state"))
    with pytest.MonkeyPatch.context() as patch, files, django_db_blocker.unblock():
        patch.setattr(clock, "now", lambda: NOW)
        with standing(environment_databases, host=cluster.host, port=cluster.port) as built:
            yield built

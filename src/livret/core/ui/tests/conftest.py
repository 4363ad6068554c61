"""The face stands without the edges: its own addresses, and only the middleware of the frame and of the core."""

import pytest

EDGES = ("livret.config.", "livret.portal.", "livret.workspace.", "livret.console.", "livret.api.")


@pytest.fixture(autouse=True)
def without_edges(settings):
    settings.ROOT_URLCONF = "livret.core.ui.tests.urls"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith(EDGES)]

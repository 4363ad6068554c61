"""The pages of figures in a real browser: accessible in both themes, whole on a telephone, figures by keyboard."""

from __future__ import annotations

import threading
from datetime import timedelta
from wsgiref.simple_server import make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler

from livret.care.figures import services
from livret.care.figures.tests import factories
from livret.care.support.models import Team
from livret.care.support.tests import factories as support
from livret.care.support.tests.factories import PUBLISHER, paris
from livret.care.support.tests.test_desk_browser import Server, Silent, launched, signed_in
from livret.clients.tests import factories as people

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = [
    ("alice", "/espace/tableau-de-bord/"),
    ("alice", "/espace/tableau-de-bord/demandes/?figure=missed&period=p0"),
    ("alice", "/espace/rapports/"),
    ("alice", "/espace/rapports/{report}/"),
    ("denis", "/console/support/tableau-de-bord/"),
    ("denis", "/console/support/engagements/"),
    ("denis", "/console/support/rapports/"),
    ("denis", "/console/support/rapports/{report}/"),
]


@pytest.fixture
def year(committed_control, at_16h):
    """A year of a client under plan Private, with a report, and a technician of a team."""
    client = people.make_client("atelier")
    alice, bob = people.make_account(client, "Alice"), people.make_account(client, "Bob")
    denis = people.make_staff("Denis", "technician")
    support.publish_hours()
    contract = people.make_contract(client, alice, plan="private")
    team = Team.objects.create(name="Équipe finance")
    for number in range(90):
        changes = {"registered_at": paris(1, 10) - timedelta(days=3 * number), "elapsed_s": 600 + 397 * (number % 31)}
        changes |= {"is_on_time": number % 6 > 0, "assigned_to": denis, "team": team, "rating": 3 + number % 3}
        changes |= {"kind": ("malfunction", "question", "malfunction")[number % 3], "is_excluded": number == 7}
        changes |= {"product": ("finance", "hr", "trade")[number % 3]}
        factories.row(contract, (alice, bob)[number % 2], **changes)
    factories.waiting(contract, bob, late_at=paris(2, 9), registered_at=paris(1, 15))
    report = factories.frozen(contract, at=paris(1, 5, month=7))
    services.deliver_report(report, by=PUBLISHER, now=paris(1, 5, month=7))
    return {"alice": signed_in(alice), "denis": signed_in(denis)}, report.pk


@pytest.fixture
def site(year):
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_is_accessible_and_fits(year, site, chromium, scheme, width):
    sessions, report = year
    with launched(chromium) as browser:
        found = [
            looked_at(browser, site, sessions[who], path.format(report=report), scheme, width) for who, path in PAGES
        ]

    assert [problems for problems in found if problems] == []


def looked_at(browser, site, session, path, scheme, width):
    """What is wrong with a page: what axe finds, what the browser complains of, what stands beyond its width."""
    complaints = []
    context = browser.new_context(
        base_url=site, locale="fr-FR", color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page = context.new_page()
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path)
    for details in page.locator(".chart__figures > summary").all():
        details.press("Enter")
    seen = Axe().run(page).response["violations"]
    beyond = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    context.close()
    faults = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in seen]
    found = [*faults, *complaints, *(["wider than the screen"] if beyond else [])]
    return [path, *found] if found else []

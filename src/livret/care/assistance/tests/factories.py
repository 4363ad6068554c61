"""Remote and web sessions of a fixed cast, on fixed days."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from livret.care.assistance import services
from livret.care.assistance.models import RemoteSession, RemoteTool, WebSession
from livret.care.assistance.rules.defaults import wordings
from livret.care.support.tests import factories as support
from livret.care.support.tests.factories import PUBLISHER, paris
from livret.clients.actors import actor_of

SUNDAY = paris(1, 12)
MONDAY_10H = paris(2, 10)
WEDNESDAY_14H = paris(4, 14)
TOOL = "https://ecran.example/session/{code}"
WORDING = wordings()[-1].version


def tool(*, is_active: bool = True, at=SUNDAY) -> RemoteTool:
    return services.set_tool(name="Écran partagé", url_template=TOOL, is_active=is_active, by=PUBLISHER, now=at)


def taken(filer, technician, **changes):
    """A request filed at nine on Monday and picked up at half past."""
    request = support.file(filer, at=paris(2, 9), **changes)
    return support.pick_up(request, technician, at=paris(2, 9, 30))


def propose(request, technician, *, at=MONDAY_10H, **changes) -> RemoteSession:
    facts = {"purpose": "Regarder l’import de la balance avec vous.", "minutes": 30, **changes}
    return services.propose(request, technician=technician, by=actor_of(technician), now=at, **facts)


def consent(session, account, *, at=MONDAY_10H, wording: str = WORDING) -> RemoteSession:
    return services.consent(session, account=account, wording=wording, by=actor_of(account), now=at)


def start(session, technician, *, at=MONDAY_10H) -> RemoteSession:
    return services.start(session, technician=technician, by=actor_of(technician), now=at)


def end(session, technician, *, at=MONDAY_10H, text: str = "Filtre de période effacé.") -> RemoteSession:
    return services.end(session, technician=technician, text=text, by=actor_of(technician), now=at)


def withdraw(session, account, *, at=MONDAY_10H) -> RemoteSession:
    return services.withdraw(session, account=account, by=actor_of(account), now=at)


def plan(host, **changes) -> services.Plan:
    facts = {
        "title": "La clôture de l’exercice",
        "topic": "Préparer, contrôler et clôturer un exercice.",
        "product": "finance",
        "host": host,
        "starts_at": WEDNESDAY_14H,
        "minutes": 60,
        "capacity": 2,
        "join_url": "https://visio.example/cloture",
        **changes,
    }
    return services.Plan(**facts)


def planned(host, *, at=MONDAY_10H, **changes) -> WebSession:
    return services.plan_session(plan(host, **changes), nonce=uuid4(), by=actor_of(host), now=at)


def change(session, host, *, at=MONDAY_10H, version: int | None = None, **changes) -> WebSession:
    version = session.version if version is None else version
    return services.change_session(session, plan(host, **changes), version=version, by=actor_of(host), now=at)


def register(session, account, *, at=MONDAY_10H):
    return services.register(session, account=account, by=actor_of(account), now=at)


def leave(session, account, *, at=MONDAY_10H + timedelta(hours=1)):
    return services.cancel_registration(session, account=account, by=actor_of(account), now=at)


def held(session, host, *, present=(), at=WEDNESDAY_14H + timedelta(hours=1)) -> WebSession:
    return services.mark_held(session, present=present, by=actor_of(host), now=at)

"""What the publisher offers besides answers: a telephone number, a remote tool, two web sessions to come."""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from livret.care.assistance import services
from livret.care.assistance.models import RemoteTool
from livret.care.phone import services as phone
from livret.care.phone.models import PhoneNumber
from livret.care.support import services as support
from livret.care.support.models import CannedAnswer
from livret.cli.demo.cast import PUBLISHER
from livret.cli.demo.publisher import Scene
from livret.clients.models import AccessAccount
from livret.core.clock import PARIS

SESSIONS = (
    (
        "Préparer la clôture de l’exercice",
        "Contrôles, écritures de fin d’exercice, à-nouveaux, en direct.",
        9,
    ),
    ("Lire et contrôler un FEC avant l’envoi", "Les refus les plus courants, ligne par ligne, sur vos fichiers.", 16),
)

ANSWERS = (
    (
        "Demander une capture",
        "Bonjour {{prenom}},\n\nPouvez-vous joindre une capture de tout l’écran, heure comprise ?",
    ),
    (
        "Reproduit, suite à venir",
        "Bonjour {{prenom}},\n\nNous reproduisons le cas de la demande {{numero}}. "
        "Nous revenons vers vous avec la suite.\n\n{{technicien}}",
    ),
    ("Sans nouvelles de vous", "Bonjour {{prenom}},\n\nLa demande « {{objet}} » est-elle réglée de votre côté ?"),
)


def equip(scene: Scene) -> None:
    """Announce the number, choose the tool and plan the sessions; a second telling finds them."""
    for title, body in ANSWERS if not CannedAnswer.objects.exists() else ():
        author = AccessAccount.objects.get(email=f"denis@{PUBLISHER}")
        support.write_canned_answer(title, body, author=author, by=scene.by, now=scene.at)
    if not PhoneNumber.objects.exists():
        phone.announce_number("01 99 00 12 34", by=scene.by, now=scene.at)
    if not RemoteTool.objects.exists():
        url = f"https://assistance.{PUBLISHER}/session/{{code}}"
        services.set_tool(name="Assistance à distance", url_template=url, is_active=True, by=scene.by, now=scene.at)
    host = AccessAccount.objects.get(email=f"thea@{PUBLISHER}")
    for number, (title, topic, days) in enumerate(SESSIONS):
        local = (scene.at + timedelta(days=days)).astimezone(PARIS)
        begins = local.replace(hour=10, minute=30, second=0, microsecond=0)
        begins += timedelta(days=max(7 - begins.weekday(), 0) if begins.weekday() > 4 else 0)
        plan = services.Plan(
            title=title,
            topic=topic,
            product="finance",
            host=host,
            starts_at=begins,
            minutes=60,
            capacity=25,
            join_url=f"https://direct.{PUBLISHER}/{number + 1}",
        )
        nonce = uuid5(NAMESPACE_URL, f"livret-demo-web-session-{number}")
        services.plan_session(plan, nonce=nonce, by=scene.by, now=scene.at)

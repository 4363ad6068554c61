"""A few requests, filed and answered through the same services as those of real people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from livret.booklet.support import AnomalyLevel
from livret.care.support import services
from livret.care.support.models import Request
from livret.cli.demo.cast import CLIENTS, PUBLISHER, DemoClient
from livret.cli.demo.publisher import Scene, account_of
from livret.clients.actors import actor_of
from livret.clients.models import AccessAccount
from livret.core.people import Actor


@dataclass(frozen=True, slots=True)
class Told:
    """A request of the story: by which person, how long ago, taken how long after (None: it still waits).

    level: of the anomaly qualified half an hour after the pick-up, 0 for none; pause, proposal: what followed.
    """

    client: int
    person: int
    wanted: services.Wanted
    ago: timedelta
    taken_after: timedelta | None = None
    answer: str = ""
    level: int = 0
    pause: str = ""
    proposal: str = ""


STORY = (
    Told(
        0, 1,
        services.Wanted(
            kind="malfunction", product="finance", subject="Le grand livre du compte 512 s’arrête au 30 juin",
            context="J’édite le grand livre du compte 512000, toutes périodes : plus rien après le 30 juin.",
            menu_path="Finance > Grand livre", error_message="",
        ),
        timedelta(days=9), timedelta(hours=2),
        "Bonjour, nous reproduisons le cas : le filtre de période gardait la valeur de votre édition précédente. "
        "Effacez-le pour voir toute l’année ; un correctif est en préparation.",
    ),
    Told(
        0, 0,
        services.Wanted(
            kind="question", product="finance", subject="Reprendre deux exercices antérieurs par FEC",
            context="Nous voulons reprendre 2023 et 2024. Faut-il les importer dans l’ordre ?",
        ),
        timedelta(hours=26),
    ),
    Told(
        1, 1,
        services.Wanted(
            kind="malfunction", product="finance", criticality="elevee",
            subject="L’import du relevé bancaire refuse un fichier accepté le mois dernier",
            context="Même banque, même format, message dès le dépôt du fichier.",
            error_message="Balance de clôture incohérente", menu_path="Finance > Banque > Importer",
        ),
        timedelta(days=4), timedelta(hours=5),
        "Bonjour, ce fichier ne contient pas le solde d’ouverture. Pouvez-vous le redemander à la banque ?",
    ),
    Told(
        1, 0,
        services.Wanted(
            kind="malfunction", product="finance", criticality="critique",
            subject="Impossible d’ouvrir la balance de l’exercice en cours",
            context="La page tourne puis affiche une erreur, pour tous les comptables depuis ce matin.",
            error_message="Une erreur est survenue (référence 4f1c)", menu_path="Finance > Balance",
        ),
        timedelta(minutes=50),
    ),
    Told(
        2, 1,
        services.Wanted(
            kind="malfunction", product="finance", subject="La déclaration de TVA ignore un compte de produits",
            context="Le compte 708500 n’entre dans aucune ligne depuis septembre.", menu_path="Finance > TVA",
        ),
        timedelta(days=3), timedelta(hours=1), level=1, pause="Nous attendons la sauvegarde que vous préparez.",
    ),
    Told(
        2, 0,
        services.Wanted(
            kind="malfunction", product="trade", subject="Les factures d’acompte sont numérotées deux fois",
            context="Deux factures du même jour portent le même numéro à l’impression.",
        ),
        timedelta(days=2, hours=4), timedelta(hours=2), level=2,
    ),
    Told(
        2, 1,
        services.Wanted(
            kind="malfunction", product="finance", subject="Le lettrage automatique laisse des factures soldées",
            context="Trois clients sur vingt, toujours les mêmes.",
        ),
        timedelta(days=6), timedelta(hours=3), level=2,
        proposal="Lancez le lettrage par référence avant celui par montant : il les prend toutes.",
    ),
    Told(
        0, 3,
        services.Wanted(
            kind="malfunction", product="hr", subject="Le cumul imposable de deux salariés est à zéro",
            context="Bulletins d’octobre, après une modification de contrat.", menu_path="Paie > Bulletins",
        ),
        timedelta(days=5),
    ),
)  # fmt: skip


def file_requests(scene: Scene) -> None:
    """File the story's requests at their past instants; those filed by an interrupted start are not filed again."""
    technician = AccessAccount.objects.get(email=f"denis@{PUBLISHER}")
    for number, told in enumerate(STORY):
        _file(CLIENTS[told.client], told, technician, number, scene)


def _file(cast: DemoClient, told: Told, technician: AccessAccount, number: int, scene: Scene) -> None:
    nonce = uuid5(NAMESPACE_URL, f"livret-demo-{number}")
    if Request.objects.filter(nonce=nonce).exists():
        return
    person = account_of(cast, cast.people[told.person])
    filed_at = scene.at - told.ago
    filed = services.file_request(person, told.wanted, nonce=nonce, by=actor_of(person), now=filed_at)
    if told.taken_after is None:
        return
    by, taken_at = actor_of(technician), filed_at + told.taken_after
    filed = services.pick_up(filed, technician=technician, by=by, now=taken_at)
    if told.answer:
        services.add_message(filed, told.answer, account=technician, by=by, now=taken_at + timedelta(minutes=20))
    if told.level:
        _qualify(filed, told, by, taken_at + timedelta(minutes=30))


def _qualify(filed: Request, told: Told, by: Actor, at: datetime) -> None:
    words = "Reproduit sur notre environnement d’essai, avec la même version et vos réglages."
    services.qualify_anomaly(filed, AnomalyLevel(told.level), reproduction=words, is_reproduced=True, by=by, now=at)
    if told.pause:
        services.pause(filed, reason=told.pause, by=by, now=at + timedelta(hours=1))
    if told.proposal:
        services.propose(filed, "workaround", text=told.proposal, by=by, now=at + timedelta(hours=20))

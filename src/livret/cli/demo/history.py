"""A year of support, drawn from a fixed seed and lived through the same services as those of real people."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from livret.booklet.support import AnomalyLevel
from livret.care.support import services
from livret.care.support.models import Request
from livret.cli.demo.cast import CLIENTS, PUBLISHER, DemoClient
from livret.cli.demo.publisher import Scene, account_of
from livret.clients.actors import actor_of
from livret.clients.models import AccessAccount
from livret.core.people import Actor

SEED = 2026
EVERY = timedelta(days=9)
SUBJECTS = (
    ("finance", "La balance âgée n’imprime que la première page", "Depuis l’édition des balances, format PDF."),
    ("finance", "Écart d’un centime sur la reprise des à-nouveaux", "Compte 471, après la clôture du mois."),
    ("finance", "Le filtre par journal se vide au retour arrière", "Après la consultation d’une écriture."),
    ("finance", "Export du FEC refusé par notre cabinet", "Le fichier est signalé comme incomplet."),
    ("trade", "Le tarif de gros ne s’applique plus", "Sur les devis créés depuis lundi."),
    ("hr", "La rubrique de transport n’apparaît pas au bulletin", "Pour deux salariés entrés ce mois-ci."),
    ("space", "Je n’ai pas reçu l’invitation d’un nouveau collègue", "Compte demandé avant-hier."),
)
ANSWER = "Bonjour, nous avons reproduit le cas et revenons vers vous avec la suite."
PROPOSED = "Videz le filtre enregistré, puis relancez l’édition : la valeur précédente n’est plus reprise."


def live(scene: Scene) -> None:
    """File and handle the requests of the past year; those of an interrupted start are not filed again."""
    rng = Random(SEED)  # noqa: S311 - a story, not a secret.
    team = [AccessAccount.objects.get(email=f"{mailbox}@{PUBLISHER}") for mailbox in ("denis", "emma")]
    day = scene.began_at + timedelta(days=5)
    number = 0
    while day < scene.at - timedelta(days=12):
        for cast in CLIENTS:
            number += 1
            _one(cast, number, _working_hour(day, rng), rng, team[number % 2])
        day += EVERY


def _working_hour(day: datetime, rng: Random) -> datetime:
    at = day.replace(hour=rng.randint(8, 14), minute=rng.randint(0, 59), second=0, microsecond=0)
    return at + timedelta(days=(7 - at.weekday()) if at.weekday() > 4 else 0)


def _one(cast: DemoClient, number: int, at: datetime, rng: Random, technician: AccessAccount) -> None:
    """Draw everything first, so that a second telling draws the same for the next one."""
    product, subject, context = rng.choice(SUBJECTS)
    people = [person for person in cast.people if not person.only_reads]
    person, level, share = rng.choice(people), rng.choice(("critique", "elevee", "moderee")), rng.random()
    wait, outcome = timedelta(minutes=rng.randint(5, 150)), rng.random()
    late = timedelta(days=3) if rng.random() < 0.14 else timedelta()
    nonce = uuid5(NAMESPACE_URL, f"livret-demo-history-{number}")
    if (
        cast.plan == "connect"
        or product not in (*cast.modules, "space")
        or Request.objects.filter(nonce=nonce).exists()
    ):
        return
    wanted = services.Wanted(
        kind="question" if share < 0.3 else "malfunction",
        product=product,
        subject=subject,
        context=context,
        criticality=level if cast.plan == "care" else "",
    )
    by = actor_of(account_of(cast, person))
    filed = services.file_request(account_of(cast, person), wanted, nonce=nonce, by=by, now=at)
    _handle(filed, at + wait + late, outcome, technician, by)


def _handle(filed: Request, at: datetime, outcome: float, technician: AccessAccount, by: Actor) -> None:
    us = actor_of(technician)
    services.pick_up(filed, technician=technician, by=us, now=at)
    at += timedelta(minutes=25)
    if outcome < 0.5:
        level = AnomalyLevel.INOPERATIVE if outcome < 0.3 else AnomalyLevel.MINOR
        services.qualify_anomaly(filed, level, reproduction=ANSWER, is_reproduced=True, by=us, now=at)
        at += timedelta(days=2)
        services.propose(filed, "workaround", text=PROPOSED, by=us, now=at)
    else:
        services.add_message(filed, ANSWER, account=technician, by=us, now=at)
    at += timedelta(days=1)
    services.close(filed, "workaround" if outcome < 0.5 else "answered", by=us, now=at)
    if outcome > 0.25:
        services.rate(filed, 5 if outcome < 0.7 else 4 if outcome < 0.92 else 2, by=by, now=at + timedelta(hours=3))

"""The articles that the publisher of the demonstration wrote about its own software."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from livret.care.knowledge import queries, services, wording
from livret.care.knowledge.models import ArticleVersion
from livret.cli.demo.cast import CLIENTS, PUBLISHER
from livret.cli.demo.publisher import Scene, account_of
from livret.clients.actors import actor_of
from livret.clients.models import AccessAccount
from livret.core.people import Actor

FOLDER = Path(__file__).with_name("articles")
# Each file: its title, its summary, its text. Where it stands: product and area.
SHELF = {
    "importer-un-fec": ("finance", "FEC"),
    "comprendre-le-controle-d-un-fec": ("finance", "FEC"),
    "exporter-le-fec": ("finance", "FEC"),
    "saisir-une-ecriture": ("finance", "Écritures"),
    "corriger-une-ecriture-validee": ("finance", "Écritures"),
    "lire-la-balance-et-le-grand-livre": ("finance", "Consultation"),
    "ouvrir-un-exercice": ("finance", "Sociétés"),
    "donner-un-droit": ("", "Droits"),
    "clavier-et-affichage": ("", "Affichage"),
    "demander-un-compte-d-acces": ("space", "Accès"),
    "mot-de-passe-perdu": ("space", "Connexion"),
    "proteger-son-compte": ("space", "Connexion"),
    "deposer-une-demande": ("space", "Demandes"),
    "consulter-le-livret": ("space", "Livret de service"),
}
# What readers said: article, index of the client, of its person, and whether it was useful.
OPINIONS = (
    ("importer-un-fec", 0, 1, True),
    ("importer-un-fec", 1, 1, True),
    ("comprendre-le-controle-d-un-fec", 0, 1, True),
    ("lire-la-balance-et-le-grand-livre", 1, 1, False),
    ("mot-de-passe-perdu", 0, 2, True),
    ("deposer-une-demande", 0, 0, True),
)


def fill_shelf(scene: Scene) -> None:
    """Write and publish the articles; those of an interrupted start are not written again."""
    trainer = AccessAccount.objects.get(email=f"thea@{PUBLISHER}")
    for name, (product, area) in SHELF.items():
        _write(name, services.Place(product, area), actor_of(trainer), scene)


def say_opinions(scene: Scene) -> None:
    """Let readers say what they think of the articles; what they said since stays."""
    for name, client, person, is_useful in OPINIONS:
        article = ArticleVersion.objects.get(nonce=_nonce(name)).article
        reader = account_of(CLIENTS[client], CLIENTS[client].people[person])
        if article.current and queries.opinion_of(article, reader) is None:
            services.give_opinion(article, account=reader, is_useful=is_useful, now=scene.at)


def _write(name: str, place: services.Place, by: Actor, scene: Scene) -> None:
    nonce = _nonce(name)
    if ArticleVersion.objects.filter(nonce=nonce).exists():
        return
    title, summary, body = (FOLDER / f"{name}.md").read_text(encoding="utf-8").split("\n\n", 2)
    draft = services.Draft(title.removeprefix("# "), summary, body, wording.running_version())
    made = services.create_article(place, draft, nonce=nonce, by=by, now=scene.began_at)
    services.publish(made, number=1, by=by, now=scene.began_at)


def _nonce(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"livret-demo-article-{name}")

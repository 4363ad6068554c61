"""The demonstration's articles: all on the shelf, leading where they say, found by the words that people type."""

import re
from datetime import UTC, datetime

import pytest

from livret.care.knowledge import queries
from livret.care.knowledge.models import Article
from livret.cli.demo.knowledge import FOLDER, SHELF, fill_shelf
from livret.cli.demo.publisher import Scene, hire_staff
from livret.core.people import system_actor

SCENE = Scene(at=datetime(2026, 11, 20, 10, 0, tzinfo=UTC), by=system_actor("test"))


@pytest.fixture
def shelf(control):
    hire_staff(SCENE)
    fill_shelf(SCENE)


def test_every_file_stands_on_the_shelf():
    assert {path.stem for path in FOLDER.iterdir()} == set(SHELF)


@pytest.mark.usefixtures("shelf")
def test_every_article_is_published_once_however_often_the_story_is_told():
    fill_shelf(SCENE)

    assert list(Article.objects.values_list("state", flat=True)) == ["published"] * len(SHELF)


@pytest.mark.usefixtures("shelf")
def test_links_between_articles_lead_to_articles():
    bodies = Article.objects.values_list("current__body", flat=True)
    linked = {slug for body in bodies for slug in re.findall(r"\(/espace/connaissances/([^/)]+)/\)", body)}

    assert linked
    assert linked <= set(Article.objects.values_list("slug", flat=True))


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Mon FEC est refusé à l’import", "Comprendre pourquoi un FEC est refusé"),
        ("erreur import fec", "Comprendre pourquoi un FEC est refusé"),
        ("Je me suis trompé dans une ecriture validee", "Corriger une écriture validée"),
        ("extourn", "Corriger une écriture validée"),
        ("mot de passe oublié", "Mot de passe perdu, invitation expirée"),
        ("double authentification application", "Protéger son compte par un second facteur"),
        ("Ouvrir un compte pour une nouvelle comptable", "Demander l’ouverture ou la fermeture d’un compte d’accès"),
        ("Comment ouvrir l’exercice 2027 ?", "Ajouter une société ou ouvrir un exercice"),
        ("La balance ne s’affiche plus", "Lire la balance, le grand livre et les journaux"),
        ("télécharger le fec de l'exercice", "Exporter le FEC d’un exercice"),
        ("quand serai-je pris en charge", "Déposer une demande et comprendre son échéance"),
    ],
)
def test_what_people_type_finds_its_answer(typed, title):
    found = queries.matching(typed, products=["finance", "space"])

    assert title in [match.title for match in found[:3]]


@pytest.mark.usefixtures("shelf")
def test_what_no_article_answers_finds_nothing():
    assert queries.matching("L’imprimante du bureau de Lyon fait des bourrages", products=["finance", "space"]) == []

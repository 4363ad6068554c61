"""Articles of a fixed cast, on fixed days."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from livret.care.knowledge import services
from livret.care.knowledge.models import Article
from livret.clients.tests import factories as people
from livret.core.people import Actor

WRITER = Actor(UUID(int=0xDE), "Denis", "staff", "192.0.2.7")


def draft(**changes) -> services.Draft:
    facts = {
        "title": "Importer un FEC",
        "summary": "Le fichier est contrôlé ligne par ligne avant d’entrer dans la comptabilité.",
        "body": "## Avant de commencer\n\nOuvrez **Finance**, puis déposez le fichier.",
        "software_version": "0.1.0",
        **changes,
    }
    return services.Draft(**facts)


def write(
    *, product: str = "finance", area: str = "", language: str = "fr", by: Actor = WRITER, now: datetime = people.NOW,
    nonce: UUID | None = None, **changes,
) -> Article:  # fmt: skip
    """An article that nobody has published yet."""
    place = services.Place(product, area, language)
    return services.create_article(place, draft(**changes), nonce=nonce or uuid4(), by=by, now=now)


def rewrite(article: Article, *, after: int, by: Actor = WRITER, now: datetime = people.NOW, **changes):
    return services.write_version(article, draft(**changes), after=after, nonce=uuid4(), by=by, now=now)


def publish(article: Article, *, number: int = 1, by: Actor = WRITER, now: datetime = people.NOW) -> Article:
    return services.publish(article, number=number, by=by, now=now)


def withdrawn(**facts) -> Article:
    """An article that readers saw once."""
    return services.withdraw(written(**facts), by=WRITER, now=people.NOW)


def written(**facts) -> Article:
    """An article that readers see."""
    return publish(write(**facts))

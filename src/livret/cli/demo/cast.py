"""Who is in the demonstration: a fictional publisher, its staff, two clients and their people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PASSWORD = "demonstration-2026"  # noqa: S105 - printed at every start of the demonstration, and nowhere else of use.
PUBLISHER = "publisher.example"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a client. rights: by room of the suite. of: the other company that a SaaS administrator is from."""

    name: str
    mailbox: str
    job: str
    rights: tuple[tuple[str, str], ...]
    of: str = ""

    @property
    def only_reads(self) -> bool:
        return bool(self.rights) and all(right == "read" for _room, right in self.rights)


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A client of the demonstration, under one booklet.

    books: index of the generated company that it is; keeps_books: its books are imported.
    """

    slug: str
    name: str
    domain: str
    number: str
    booklet: str
    version: str
    plan: str
    modules: tuple[str, ...]
    options: tuple[str, ...]
    named_users: int
    books: int
    environments: tuple[tuple[str, Literal["production", "test"], str], ...]
    people: tuple[Person, ...]
    keeps_books: bool = True


STAFF = (
    ("Denis Morvan", "denis", ("technician",), "Technicien de support"),
    ("Emma Laurier", "emma", ("technician",), "Technicienne de support, paie"),
    ("Solène Kervadec", "solene", ("customer_service",), "Service client"),
    ("Octave Lambert", "octave", ("operations",), "Exploitation"),
    ("Théa Rousselin", "thea", ("trainer",), "Formation"),
    ("Bruno Castaing", "bruno", ("billing",), "Commerce et facturation"),
    ("Adèle Fontanel", "adele", ("administrator",), "Administratrice de l’éditeur"),
)

EVERYTHING = (("company", "administer"), ("finance", "administer"))

CLIENTS = (
    DemoClient(
        slug="trois-lunes",
        name="Papeterie des Trois Lunes",
        domain="trois-lunes.example",
        number="SP-2025-0001",
        booklet="sprint",
        version="2019",
        plan="open",
        modules=("finance", "trade", "hr"),
        options=(),
        named_users=8,
        books=0,
        environments=(("trois-lunes", "production", "Production"), ("trois-lunes-essai", "test", "Bac à sable")),
        people=(
            Person("Alice Garrigue", "alice", "Administratrice SaaS", EVERYTHING),
            Person("Bérénice Aubry", "berenice", "Comptable", (("finance", "validate"),)),
            Person("Côme Delattre", "come", "Assistant commercial", (("trade", "write"),)),
            Person("Diane Vasseur", "diane", "Responsable de paie", (("hr", "validate"),)),
            Person("Victor Verdier", "victor", "Réviseur (lecture seule)", (("finance", "read"),)),
        ),
    ),
    DemoClient(
        slug="boussole",
        name="Cabinet Boussole et Sextant",
        domain="boussole.example",
        number="CA-2025-0002",
        booklet="care",
        version="2023-09-18",
        plan="care",
        modules=("finance", "hr"),
        options=("assistance_plus",),
        named_users=5,
        books=1,
        environments=(("boussole", "production", "Production"),),
        people=(
            Person("Chloé Bellanger", "chloe", "Administratrice SaaS", EVERYTHING),
            Person("Émile Jourdain", "emile", "Comptable", (("finance", "write"),)),
            Person("Fanny Leclercq", "fanny", "Responsable de paie", (("hr", "validate"),)),
        ),
    ),
    DemoClient(
        slug="bois-d-ailleurs",
        name="Menuiserie Bois d’Ailleurs",
        domain="bois-d-ailleurs.example",
        number="SP-2025-0003",
        booklet="sprint",
        version="2019",
        plan="private",
        modules=("finance", "trade"),
        options=(),
        named_users=6,
        books=2,
        environments=(("bois-d-ailleurs", "production", "Production"),),
        people=(
            Person("Hélène Ravel", "helene", "Administratrice SaaS", EVERYTHING),
            Person("Idris Sauvage", "idris", "Comptable", (("finance", "validate"),)),
            Person("Jeanne Dufour", "jeanne", "Administratrice SaaS externe", (), of="Expertise Dufour et associés"),
        ),
        keeps_books=False,
    ),
    DemoClient(
        slug="pain-perdu",
        name="Épicerie du Pain Perdu",
        domain="pain-perdu.example",
        number="SP-2025-0004",
        booklet="sprint",
        version="2019",
        plan="connect",
        modules=("finance_express",),
        options=(),
        named_users=2,
        books=3,
        environments=(),
        people=(Person("Karim Osman", "karim", "Administrateur SaaS", ()),),
        keeps_books=False,
    ),
)

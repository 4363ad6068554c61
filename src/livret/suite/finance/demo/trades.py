"""How the money of each trade moves: shares of the turnover, seasons, wordings. All fiction, made to be plausible."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trade(StrEnum):
    """The kinds of company that the generator knows."""

    COMMERCE = "commerce"
    SERVICES = "services"
    CRAFT = "craft"
    FOOD = "food"


@dataclass(frozen=True, slots=True)
class Flow:
    """A kind of sale or purchase. vat: category of VAT rate, empty for none; weight: share inside its list."""

    account: str
    vat: str
    weight: int
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The economy of a trade. *_share: fraction of the turnover; seasons: weight of each calendar month."""

    sales: tuple[Flow, ...]
    goods: tuple[Flow, ...]
    goods_share: float
    overhead_share: float
    gross_pay_share: float
    rent_share: float
    stock_share: float
    seasons: tuple[int, ...]


OVERHEADS = (
    Flow("606100", "standard", 14, ("Électricité", "Eau et assainissement", "Gaz")),
    Flow("606300", "standard", 12, ("Petit outillage", "Produits d’entretien", "Petit équipement")),
    Flow("606400", "standard", 8, ("Fournitures de bureau", "Cartouches et papier")),
    Flow("615600", "standard", 9, ("Maintenance informatique", "Contrat d’entretien chaudière", "Maintenance copieur")),
    Flow("618500", "standard", 3, ("Inscription salon professionnel", "Journée d’étude")),
    Flow("622600", "standard", 12, ("Honoraires comptables", "Honoraires avocat", "Conseil en organisation")),
    Flow("623100", "standard", 8, ("Annonce presse locale", "Campagne en ligne", "Encart annuaire")),
    Flow("624200", "standard", 9, ("Transport sur ventes", "Messagerie")),
    Flow("625100", "intermediate", 7, ("Billets de train", "Nuits d’hôtel")),
    Flow("625700", "intermediate", 5, ("Déjeuner clients", "Réception fin d’année")),
    Flow("626000", "standard", 8, ("Téléphonie mobile", "Fibre bureau", "Affranchissement")),
    Flow("628100", "", 5, ("Cotisation syndicat professionnel", "Cotisation chambre consulaire")),
)

SHAPES = {
    Trade.COMMERCE: Shape(
        sales=(
            Flow(
                "707000", "standard", 88, ("Mobilier de bureau", "Papeterie", "Consommables d’impression", "Luminaires")
            ),
            Flow("707100", "reduced", 7, ("Livres et manuels", "Cahiers d’exercices imprimés")),
            Flow("708500", "standard", 5, ("Port et emballage",)),
        ),
        goods=(Flow("607000", "standard", 100, ("Réassort mobilier", "Réassort papeterie", "Commande saison")),),
        goods_share=0.56,
        overhead_share=0.09,
        gross_pay_share=0.13,
        rent_share=0.035,
        stock_share=0.10,
        seasons=(8, 7, 8, 8, 8, 9, 7, 6, 12, 9, 9, 9),
    ),
    Trade.SERVICES: Shape(
        sales=(
            Flow("706000", "standard", 100, ("Mission de conseil", "Audit", "Forfait accompagnement", "Formation")),
        ),
        goods=(
            Flow("604000", "standard", 100, ("Sous-traitance étude", "Intervention consultant", "Enquête terrain")),
        ),
        goods_share=0.14,
        overhead_share=0.13,
        gross_pay_share=0.36,
        rent_share=0.05,
        stock_share=0.0,
        seasons=(8, 8, 9, 9, 8, 10, 7, 4, 9, 10, 9, 9),
    ),
    Trade.CRAFT: Shape(
        sales=(
            Flow("704000", "intermediate", 52, ("Rénovation cuisine", "Pose parquet", "Remplacement escalier")),
            Flow("704100", "standard", 33, ("Agencement magasin", "Chantier neuf", "Mobilier sur mesure")),
            Flow("704200", "reduced", 15, ("Isolation combles", "Pose fenêtres isolantes")),
        ),
        goods=(
            Flow("601000", "standard", 70, ("Bois massif", "Panneaux", "Quincaillerie", "Vitrages")),
            Flow("611000", "standard", 30, ("Sous-traitance électricité", "Sous-traitance plâtrerie")),
        ),
        goods_share=0.40,
        overhead_share=0.11,
        gross_pay_share=0.22,
        rent_share=0.03,
        stock_share=0.05,
        seasons=(6, 7, 9, 9, 9, 10, 9, 4, 9, 10, 10, 8),
    ),
    Trade.FOOD: Shape(
        sales=(
            Flow(
                "707000",
                "reduced",
                74,
                ("Épicerie fine", "Conserves", "Chocolats et confiserie", "Huiles et vinaigres"),
            ),
            Flow("707200", "standard", 18, ("Vins et spiritueux", "Coffrets cadeaux")),
            Flow("706000", "intermediate", 8, ("Plateaux-repas", "Dégustation sur place")),
        ),
        goods=(
            Flow("607000", "reduced", 82, ("Arrivage producteurs", "Réassort épicerie", "Commande Noël")),
            Flow("607200", "standard", 18, ("Vins en caisse", "Emballages cadeaux")),
        ),
        goods_share=0.58,
        overhead_share=0.08,
        gross_pay_share=0.12,
        rent_share=0.04,
        stock_share=0.08,
        seasons=(6, 6, 7, 8, 8, 8, 8, 7, 8, 8, 10, 16),
    ),
}

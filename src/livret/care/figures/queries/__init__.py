"""Reads for screens, exports and other domains."""

from livret.care.figures.queries.attainment import (
    ContractShare,
    all_shares,
    booklet_of,
    clause_without_support,
    contract_shown,
    current_share,
    recomputed_shares,
    shares_of,
)
from livret.care.figures.queries.boards import ClientBoard, PublisherBoard, client_board, publisher_board
from livret.care.figures.queries.lists import Listed, Wanted, listed, requests_behind, values_held, wanted_from

__all__ = [
    "ClientBoard",
    "ContractShare",
    "Listed",
    "PublisherBoard",
    "Wanted",
    "all_shares",
    "booklet_of",
    "clause_without_support",
    "client_board",
    "contract_shown",
    "current_share",
    "listed",
    "publisher_board",
    "recomputed_shares",
    "requests_behind",
    "shares_of",
    "values_held",
    "wanted_from",
]

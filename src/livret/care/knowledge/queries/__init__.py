"""Reads for screens and other domains."""

from livret.care.knowledge.queries.articles import (
    ArticleFilter,
    listed,
    opinion_of,
    opinions,
    published,
    version_numbered,
    versions,
)
from livret.care.knowledge.queries.search import Match, matching

__all__ = [
    "ArticleFilter",
    "Match",
    "listed",
    "matching",
    "opinion_of",
    "opinions",
    "published",
    "version_numbered",
    "versions",
]

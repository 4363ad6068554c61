"""The search: published articles that hold the words somebody types, the most relevant first."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from livret.care.knowledge.rules.excerpts import excerpt
from livret.care.knowledge.rules.words import words_in

MOST: Final = 50
# A word counts once, with or without its accents; an article must hold a third of the words that mean something.
_SEARCH: Final = """
WITH asked AS MATERIALIZED (
  SELECT query FROM (
    SELECT CASE WHEN is_beginning
      THEN to_tsquery('pg_catalog.french', '''' || word || ''':*')
        || to_tsquery('pg_catalog.french', '''' || knowledge_folded(word) || ''':*')
      ELSE plainto_tsquery('pg_catalog.french', word) || plainto_tsquery('pg_catalog.french', knowledge_folded(word))
    END AS query FROM unnest(%(words)s::text[], %(beginnings)s::boolean[]) AS typed (word, is_beginning)
  ) AS each WHERE numnode(query) > 0
), whole AS MATERIALIZED (
  SELECT string_agg('(' || query::text || ')', ' | ')::tsquery AS query, count(*) AS many FROM asked
), found AS MATERIALIZED (
  SELECT article.slug, article.product, article.language, version.title, version.summary, version.text, whole.query,
    held.weight
  FROM whole CROSS JOIN knowledge_article AS article
  JOIN knowledge_articleversion AS version ON version.id = article.current_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS hits, sum(ts_rank('{0.02, 0.1, 0.4, 1.0}', version.words, asked.query)) AS weight
    FROM asked WHERE version.words @@ asked.query
  ) AS held
  WHERE version.words @@ whole.query AND article.product = ANY(%(products)s) AND held.hits * 3 >= whole.many
  ORDER BY held.weight DESC, version.title, article.id LIMIT %(limit)s
)
SELECT slug, product, language, title, summary, text, query::text FROM found ORDER BY weight DESC, title, slug
"""
_STEM: Final = re.compile(r"'([^']+)'")


@dataclass(frozen=True, slots=True)
class Match:
    """An article found. headline: where its text holds the words, empty when the title or the summary alone do."""

    slug: str
    product: str
    language: str
    title: str
    summary: str
    headline: SafeString

    @property
    def url(self) -> str:
        """Its page in the customer space."""
        return reverse("knowledge:article", args=[self.slug])


def matching(words: str, *, products: Collection[str], limit: int = 5) -> list[Match]:
    """Return the published articles about *products*, or general ones, that best match *words*; never more than MOST.

    words: anything that somebody types. Endings and accents do not matter, and the last word may be unfinished.
    """
    asked = words_in(words)
    if not asked:
        return []
    facts: dict[str, Any] = {
        "words": [word.text for word in asked],
        "beginnings": [word.is_beginning for word in asked],
        "products": ["", *products],
        "limit": max(0, min(limit, MOST)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, facts)
        rows = cursor.fetchall()
    return [
        Match(slug, product, language, title, summary, _headline(text, set(_STEM.findall(query))))
        for slug, product, language, title, summary, text, query in rows
    ]


def _headline(text: str, stems: Collection[str]) -> SafeString:
    """Return where *text* holds the words found, with these marked; empty where it holds none."""
    pieces = (
        (format_html("<mark>{}</mark>", words) if is_found else words,) for words, is_found in excerpt(text, stems)
    )
    return format_html_join("", "{}", pieces)

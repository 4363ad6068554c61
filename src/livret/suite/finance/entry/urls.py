"""Entry, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.entry.views import completion, documents

BOOKS = "comptabilite/<slug:siren>/ecritures"

app_name = "entry"
urlpatterns = [
    path(f"{BOOKS}/comptes/", completion.accounts, name="accounts"),
    path(f"{BOOKS}/tiers/", completion.parties, name="parties"),
    path(f"{BOOKS}/lignes-ouvertes/", completion.open_lines, name="open_lines"),
    path(f"{BOOKS}/cours/", completion.rate, name="rate"),
    path(f"{BOOKS}/brouillons/<int:draft>/pieces/", documents.of_draft, name="draft_documents"),
    path(f"{BOOKS}/<int:entry>/pieces/", documents.of_entry, name="entry_documents"),
    path(f"{BOOKS}/pieces/<int:document>/", documents.document, name="document"),
    path(f"{BOOKS}/pieces/<int:document>/apercu/", documents.preview, name="document_preview"),
    path(f"{BOOKS}/pieces/<int:document>/retrait/", documents.removal, name="document_removal"),
]

"""Entry, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.entry.views import completion, desk, documents, files, templates

BOOKS = "comptabilite/<slug:siren>/ecritures"

app_name = "entry"
urlpatterns = [
    path(f"{BOOKS}/", desk.home, name="home"),
    path(f"{BOOKS}/validations/", desk.validations, name="validations"),
    path(f"{BOOKS}/comptes/", completion.accounts, name="accounts"),
    path(f"{BOOKS}/tiers/", completion.parties, name="parties"),
    path(f"{BOOKS}/lignes-ouvertes/", completion.open_lines, name="open_lines"),
    path(f"{BOOKS}/cours/", completion.rate, name="rate"),
    path(f"{BOOKS}/brouillons/<int:draft>/pieces/", documents.of_draft, name="draft_documents"),
    path(f"{BOOKS}/<int:entry>/pieces/", documents.of_entry, name="entry_documents"),
    path(f"{BOOKS}/pieces/<int:document>/", documents.document, name="document"),
    path(f"{BOOKS}/pieces/<int:document>/apercu/", documents.preview, name="document_preview"),
    path(f"{BOOKS}/pieces/<int:document>/retrait/", documents.removal, name="document_removal"),
    path(f"{BOOKS}/modeles/", templates.templates, name="templates"),
    path(f"{BOOKS}/modeles/nouveau/", templates.template_new, name="template_new"),
    path(f"{BOOKS}/modeles/<int:template>/", templates.template, name="template"),
    path(f"{BOOKS}/modeles/<int:template>/suppression/", templates.template_deletion, name="template_deletion"),
    path(f"{BOOKS}/modeles/<int:template>/saisie/", templates.start, name="start"),
    path(f"{BOOKS}/modeles/<int:template>/abonnement/", templates.recurrence_new, name="recurrence_new"),
    path(f"{BOOKS}/abonnements/<int:recurrence>/", templates.recurrence_act, name="recurrence"),
    path(f"{BOOKS}/abonnements/echus/", templates.due, name="due"),
    path(f"{BOOKS}/fichiers/", files.files, name="files"),
    path(f"{BOOKS}/fichiers/<int:file>/", files.file, name="file"),
    path(f"{BOOKS}/fichiers/<int:file>/import/", files.import_now, name="file_import"),
    path(f"{BOOKS}/fichiers/<int:file>/lectures/", files.reading, name="file_reading"),
]

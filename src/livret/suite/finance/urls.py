"""The ledger, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.views import books, downloads, drafts, entries, imports

app_name = "finance"
urlpatterns = [
    path("comptabilite/", books.overview, name="home"),
    path("comptabilite/fec/", imports.fec, name="fec"),
    path("comptabilite/fec/<int:run>/", imports.run, name="run"),
    path("comptabilite/fec/<int:run>/confirmation/", imports.confirmation, name="confirmation"),
    path("comptabilite/<slug:siren>/", books.company, name="company"),
    path("comptabilite/<slug:siren>/brouillons/nouveau/", drafts.new, name="draft_new"),
    path("comptabilite/<slug:siren>/brouillons/<int:draft>/", drafts.draft, name="draft"),
    path("comptabilite/<slug:siren>/brouillons/<int:draft>/validation/", drafts.validation, name="draft_validation"),
    path("comptabilite/<slug:siren>/brouillons/<int:draft>/suppression/", drafts.deletion, name="draft_deletion"),
    path("comptabilite/<slug:siren>/ecritures/<int:entry>/", entries.entry, name="entry"),
    path("comptabilite/<slug:siren>/ecritures/<int:entry>/extourne/", entries.reversal_new, name="reversal"),
    path("comptabilite/<slug:siren>/<slug:year>/fec/", downloads.fec, name="fec_file"),
    path("comptabilite/<slug:siren>/<slug:year>/fec/notice/", downloads.fec_notice, name="fec_notice"),
    path("comptabilite/<slug:siren>/<slug:year>/comptes/<path:number>/", books.account, name="account"),
    path("comptabilite/<slug:siren>/<slug:year>/journaux/", books.journals, name="journals"),
    path("comptabilite/<slug:siren>/<slug:year>/journaux/<path:code>/", books.journal, name="journal"),
]

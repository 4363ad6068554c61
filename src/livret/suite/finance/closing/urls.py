"""Closing, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.closing.views import checks, cutoffs, definitive, purging, undoing, years

ROOT = "comptabilite/<slug:siren>/cloture/"
YEAR = f"{ROOT}<slug:year>/"

app_name = "closing"
urlpatterns = [
    path(ROOT, years.home, name="home"),
    path(f"{ROOT}travaux/<int:work>/", years.work, name="work"),
    path(f"{ROOT}imports/<int:run>/annulation/", undoing.import_undoing, name="import_undoing"),
    path(YEAR, years.year, name="year"),
    path(f"{YEAR}verrous/", years.locks, name="locks"),
    path(f"{YEAR}verrous/reouverture/", years.unlocking, name="unlocking"),
    path(f"{YEAR}controles/", checks.checks, name="checks"),
    path(f"{YEAR}controles/verification/", checks.verification, name="verification"),
    path(f"{YEAR}controles/<slug:code>/acceptation/", checks.acceptance, name="acceptance"),
    path(f"{YEAR}regularisations/", cutoffs.cutoffs, name="cutoffs"),
    path(f"{YEAR}regularisations/extournes/", cutoffs.cutoff_reversals, name="cutoff_reversals"),
    path(f"{YEAR}regularisations/<slug:kind>/nouvelle/", cutoffs.cutoff_new, name="cutoff_new"),
    path(f"{YEAR}a-nouveaux/", definitive.carry, name="carry"),
    path(f"{YEAR}exercice-suivant/", definitive.next_year_opening, name="next_year_opening"),
    path(f"{YEAR}definitive/", definitive.closure, name="closure"),
    path(f"{YEAR}definitive/confirmation/", definitive.closure_confirmation, name="closure_confirmation"),
    path(f"{YEAR}archives/", definitive.archives, name="archives"),
    path(f"{YEAR}archives/<int:archive>/", definitive.archive, name="archive"),
    path(f"{YEAR}archives/<int:archive>/verification/", definitive.archive_verification, name="archive_verification"),
    path(f"{YEAR}purge/", purging.purge, name="purge"),
    path(f"{YEAR}purge/confirmation/", purging.purge_confirmation, name="purge_confirmation"),
]

"""Reports, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.statements.views import files, filters, forecast, journals, management, reports, searching

app_name = "statements"
ROOM = "comptabilite/<slug:siren>/etats/"
YEAR = f"{ROOM}<slug:year>/"
urlpatterns = [
    path(ROOM, reports.home, name="home"),
    path(f"{ROOM}recherche/", searching.search, name="search"),
    path(f"{ROOM}previsions/", forecast.forecast, name="forecast"),
    path(f"{ROOM}previsions/emprunts/", forecast.loan_new, name="loan_new"),
    path(f"{ROOM}previsions/emprunts/<int:loan>/suppression/", forecast.loan_removal, name="loan_removal"),
    path(f"{ROOM}fichiers/<int:file>/", files.kept, name="file"),
    path(f"{ROOM}fichiers/<int:file>/contenu/", files.content, name="file_content"),
    path(f"{ROOM}filtres/<int:saved>/suppression/", filters.removal, name="filter_removal"),
    path(f"{YEAR}pilotage/", management.management, name="management"),
    path(f"{YEAR}tiers/<path:number>/", reports.auxiliary_ledger, name="auxiliary_ledger"),
    path(f"{YEAR}journaux/", journals.journals, name="journals"),
    path(f"{YEAR}<slug:kind>/", reports.report, name="report"),
    path(f"{YEAR}<slug:kind>/filtres/", filters.new, name="filter_new"),
    path(f"{YEAR}<slug:kind>/fichiers/", files.asked, name="file_asked"),
    path(f"{YEAR}<slug:kind>/fichiers/<slug:format>/", files.now, name="file_now"),
    path(f"{YEAR}<slug:kind>/postes/<slug:key>/", reports.figure, name="figure"),
]

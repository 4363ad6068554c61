"""Books set-up, inside an environment."""

from __future__ import annotations

from django.urls import URLPattern, path

from livret.suite.finance.setup.views import chart, journals, parties, takeover, years

app_name = "setup"
PLACE = "comptabilite/<slug:siren>/reglages/"
urlpatterns: list[URLPattern] = [
    path(PLACE, years.home, name="home"),
    path(f"{PLACE}exercices/", years.years, name="years"),
    path(f"{PLACE}exercices/nouveau/", years.year_new, name="year_new"),
    path(f"{PLACE}comptes/", chart.accounts, name="accounts"),
    path(f"{PLACE}comptes/nouveau/", chart.account_new, name="account_new"),
    path(f"{PLACE}comptes/<path:number>/", chart.account, name="account"),
    path(f"{PLACE}plan/", chart.chart, name="chart"),
    path(f"{PLACE}plan/evolutions/", chart.chart_changes, name="chart_changes"),
    path(f"{PLACE}tiers/", parties.parties, name="parties"),
    path(f"{PLACE}tiers/types/", parties.party_kinds, name="party_kinds"),
    path(f"{PLACE}tiers/nouveau/", parties.party_new, name="party_new"),
    path(f"{PLACE}tiers/<path:number>/", parties.party, name="party"),
    path(f"{PLACE}journaux/", journals.journals, name="journals"),
    path(f"{PLACE}journaux/nouveau/", journals.journal_new, name="journal_new"),
    path(f"{PLACE}journaux/<path:code>/", journals.journal, name="journal"),
    path(f"{PLACE}devises/", journals.currencies, name="currencies"),
    path(f"{PLACE}analytique/", journals.axes, name="axes"),
    path(f"{PLACE}analytique/<int:axis>/", journals.axis, name="axis"),
    path(f"{PLACE}analytique/<int:axis>/etat/", journals.axis_state, name="axis_state"),
    path(f"{PLACE}analytique/<int:axis>/sections/<int:section>/etat/", journals.section_state, name="section_state"),
    path(f"{PLACE}reprise/", takeover.takeover, name="takeover"),
]

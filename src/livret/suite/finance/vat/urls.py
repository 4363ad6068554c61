"""VAT, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.vat.views import downloads, filing, overview, returns, settings

app_name = "vat"
BASE = "comptabilite/<slug:siren>/tva/"
urlpatterns = [
    path(BASE, overview.home, name="home"),
    path(f"{BASE}reglages/", settings.settings, name="settings"),
    path(f"{BASE}reglages/comptes/", settings.codes, name="codes"),
    path(f"{BASE}<slug:first>/", returns.vat_return, name="return"),
    path(f"{BASE}<slug:first>/preparation/", returns.preparation, name="preparation"),
    path(f"{BASE}<slug:first>/ajustement/", filing.adjustment, name="adjustment"),
    path(f"{BASE}<slug:first>/depot/", filing.filing, name="filing"),
    path(f"{BASE}<slug:first>/<int:rank>/lignes/", returns.lines, name="lines"),
    path(f"{BASE}<slug:first>/<int:rank>/csv/", downloads.as_csv, name="csv"),
    path(f"{BASE}<slug:first>/<int:rank>/json/", downloads.as_json, name="json"),
]

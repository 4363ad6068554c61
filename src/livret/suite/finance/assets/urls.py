"""Fixed assets, inside an environment."""

from __future__ import annotations

from django.urls import URLPattern, path

from livret.suite.finance.assets import downloads, views

app_name = "assets"
PLACE = "comptabilite/<slug:siren>/immobilisations/"
urlpatterns: list[URLPattern] = [
    path(PLACE, views.home, name="home"),
    path(f"{PLACE}registre/csv/", downloads.register_csv, name="register_csv"),
    path(f"{PLACE}nouvelle/", views.asset_new, name="asset_new"),
    path(f"{PLACE}dotations/<slug:year>/", views.depreciation, name="depreciation"),
    path(f"{PLACE}<int:number>/", views.asset, name="asset"),
    path(f"{PLACE}<int:number>/modification/", views.asset_change, name="asset_change"),
    path(f"{PLACE}<int:number>/composants/", views.component_new, name="component_new"),
    path(f"{PLACE}<int:number>/amortissement-exceptionnel/", views.adjustment_new, name="adjustment_new"),
    path(f"{PLACE}<int:number>/sortie/", views.disposal, name="disposal"),
]

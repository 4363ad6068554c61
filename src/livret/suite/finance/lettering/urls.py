"""Lettering, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.lettering.views import accounts, automatic, groups

ROOM = "comptabilite/<slug:siren>/lettrage/"
ACCOUNT = ROOM + "<slug:year>/comptes/<path:number>/"

app_name = "lettering"
urlpatterns = [
    path(ROOM, accounts.home, name="home"),
    path(ROOM + "reglages/", automatic.settling, name="settling"),
    path(ROOM + "groupes/<int:lettering_id>/", groups.group, name="group"),
    path(ROOM + "automatique/<int:run>/", automatic.run, name="run"),
    path(ROOM + "automatique/<int:run>/confirmation/", automatic.confirmation, name="confirmation"),
    path(ROOM + "automatique/<int:run>/annulation/", automatic.undoing, name="undoing"),
    path(ROOM + "automatique/<int:run>/groupes/<int:number>/", automatic.keeping, name="keeping"),
    path(ROOM + "<slug:year>/automatique/", automatic.automatic, name="automatic"),
    path(ACCOUNT + "lignes/choix/", accounts.choice, name="choice"),
    path(ACCOUNT + "lignes/", accounts.lines, name="lines"),
    path(ACCOUNT + "lettrages/", groups.groups, name="groups"),
    path(ACCOUNT + "trace/", groups.trail, name="trail"),
    path(ACCOUNT, accounts.account, name="account"),
]

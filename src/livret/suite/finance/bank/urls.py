"""Bank, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.bank.views import accounts, files, movements, queue, rules

BOOKS = "comptabilite/<slug:siren>/banque/"
MOVEMENT = f"{BOOKS}mouvements/<int:movement>/"
RULE = f"{BOOKS}regles/<int:rule>/"

app_name = "bank"
urlpatterns = [
    path(BOOKS, queue.home, name="home"),
    path(f"{BOOKS}acceptations/", queue.acceptances, name="acceptances"),
    path(f"{BOOKS}suggestions/", queue.suggestions, name="suggestions"),
    path(f"{BOOKS}releves/", files.files, name="files"),
    path(f"{BOOKS}releves/<int:file>/", files.file, name="file"),
    path(f"{BOOKS}releves/<int:file>/confirmation/", files.confirmation, name="confirmation"),
    path(f"{BOOKS}comptes/", accounts.accounts, name="accounts"),
    path(f"{BOOKS}comptes/nouveau/", accounts.account_new, name="account_new"),
    path(f"{BOOKS}comptes/<int:account>/", accounts.account, name="account"),
    path(f"{BOOKS}comptes/<int:account>/rapprochement/", accounts.reconciliation, name="reconciliation"),
    path(MOVEMENT, movements.movement, name="movement"),
    path(f"{MOVEMENT}acceptation/", movements.acceptance, name="acceptance"),
    path(f"{MOVEMENT}repartition/", movements.shares, name="shares"),
    path(f"{MOVEMENT}pointage/", movements.matching, name="matching"),
    path(f"{MOVEMENT}depointage/", movements.unmatching, name="unmatching"),
    path(f"{BOOKS}regles/", rules.rules, name="rules"),
    path(f"{BOOKS}regles/nouvelle/", rules.rule_new, name="rule_new"),
    path(RULE, rules.rule, name="rule"),
    path(f"{RULE}suppression/", rules.deletion, name="rule_deletion"),
    path(f"{RULE}application/", rules.application, name="rule_application"),
]

"""Payments, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.payments import views

app_name = "payments"
AT = "comptabilite/<str:siren>/paiements/"
urlpatterns = [
    path(AT, views.home, name="home"),
    path(f"{AT}proposition/", views.proposal, name="proposal"),
    path(f"{AT}<int:batch>/", views.batch, name="batch"),
    path(f"{AT}<int:batch>/approbation/", views.approval, name="approval"),
    path(f"{AT}<int:batch>/fichier/", views.file, name="file"),
    path(f"{AT}<int:batch>/envoi/", views.sending, name="sending"),
    path(f"{AT}<int:batch>/retraits/", views.removal, name="removal"),
    path(f"{AT}<int:batch>/annulation/", views.cancellation, name="cancellation"),
]

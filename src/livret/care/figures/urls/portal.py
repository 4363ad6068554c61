"""Mounted at `espace/`."""

from __future__ import annotations

from django.urls import path

from livret.care.figures.views import portal, reports

app_name = "figures"
urlpatterns = [
    path("tableau-de-bord/", portal.dashboard, name="dashboard"),
    path("tableau-de-bord/demandes/", portal.requests, name="requests"),
    path("tableau-de-bord/demandes.csv", portal.requests_csv, name="requests_csv"),
    path("rapports/", reports.listing, name="reports"),
    path("rapports/destinataire/", reports.contact, name="report_contact"),
    path("rapports/<int:pk>/", reports.report, name="report"),
    path("rapports/<int:pk>/rapport.pdf", reports.pdf, name="report_pdf"),
    path("rapports/<int:pk>/donnees.json", reports.data, name="report_data"),
]

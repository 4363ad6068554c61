"""Mounted at `console/support/`, before the requests."""

from __future__ import annotations

from django.urls import path

from livret.care.figures.views import console, console_reports

app_name = "figures_console"
urlpatterns = [
    path("tableau-de-bord/", console.dashboard, name="dashboard"),
    path("tableau-de-bord/demandes/", console.requests, name="requests"),
    path("tableau-de-bord/demandes.csv", console.requests_csv, name="requests_csv"),
    path("engagements/", console.shares, name="shares"),
    path("rapports/", console_reports.listing, name="reports"),
    path("rapports/<int:pk>/", console_reports.report, name="report"),
    path("rapports/<int:pk>/rapport.pdf", console_reports.pdf, name="report_pdf"),
    path("rapports/<int:pk>/donnees.json", console_reports.data, name="report_data"),
    path("rapports/<int:pk>/envois/", console_reports.deliveries, name="report_deliveries"),
    path("rapports/contrats/<str:number>/destinataire/", console_reports.contact, name="report_contact"),
]

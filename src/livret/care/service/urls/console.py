"""Mounted at `console/`."""

from __future__ import annotations

from django.urls import path

from livret.care.service.views import console, console_operations

app_name = "service_console"
urlpatterns = [
    path("service-client/", console.queue, name="queue"),
    path("service-client/horaires/", console.hours, name="hours"),
    path("service-client/demandes/<str:number>/", console.of_request, name="of_request"),
    path("service-client/preavis/", console.notices, name="notices"),
    path("service-client/preavis/<str:number>/", console.notice, name="notice"),
    path("service-client/preavis/<str:number>/reception/", console.reception, name="reception"),
    path("service-client/preavis/<str:number>/fin/", console.notice_end, name="notice_end"),
    path("service-client/reclamations/", console.complaints, name="complaints"),
    path("service-client/reclamations.csv", console.complaints_csv, name="complaints_csv"),
    path("service-client/reclamations/<str:number>/", console.complaint, name="complaint"),
    path("operations/", console_operations.operations, name="operations"),
    path("operations/<str:number>/", console_operations.operation, name="operation"),
    path("operations/<str:number>/start/", console_operations.start, name="start"),
    path("operations/<str:number>/report/", console_operations.report, name="report"),
    path("operations/<str:number>/refusal/", console_operations.refusal, name="refusal"),
]

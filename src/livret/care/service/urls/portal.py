"""Mounted at `espace/`."""

from __future__ import annotations

from django.urls import path

from livret.care.service.views import operations, portal

app_name = "service"
urlpatterns = [
    path("service-client/", portal.home, name="home"),
    path("service-client/nouvelle/", portal.new, name="new"),
    path("service-client/demandes/<str:number>/", portal.of_request, name="of_request"),
    path("service-client/preavis/<str:number>/", portal.notice, name="notice"),
    path("service-client/preavis/<str:number>/envoi/", portal.posting, name="posting"),
    path("service-client/preavis/<str:number>/retrait/", portal.notice_withdrawal, name="notice_withdrawal"),
    path("service-client/reclamations/<str:number>/", portal.complaint, name="complaint"),
    path("service-client/reclamations/<str:number>/retrait/", portal.complaint_withdrawal, name="complaint_withdrawal"),
    path("operations/", operations.home, name="operation"),
    path("operations/nouvelle/<slug:kind>/", operations.new, name="operation_new"),
    path("operations/<str:number>/archive/", operations.archive, name="archive"),
]

"""Mounted at `espace/`."""

from __future__ import annotations

from django.urls import path

from livret.care.assistance.views import remote_portal, web_portal

app_name = "assistance"
urlpatterns = [
    path("demandes/<str:number>/teleassistance/", remote_portal.panel, name="request_panel"),
    path("demandes/<str:number>/teleassistance/<int:pk>/accord/", remote_portal.agreement, name="agreement"),
    path("demandes/<str:number>/teleassistance/<int:pk>/refus/", remote_portal.refusal, name="refusal"),
    path("demandes/<str:number>/teleassistance/<int:pk>/retrait/", remote_portal.withdrawal, name="withdrawal"),
    path("assistances-web/", web_portal.sessions, name="web_sessions"),
    path("assistances-web/<int:pk>/", web_portal.session, name="web_session"),
    path("assistances-web/<int:pk>/inscription/", web_portal.registration, name="registration"),
    path("assistances-web/<int:pk>/desinscription/", web_portal.cancellation, name="registration_cancellation"),
    path("assistances-web/<int:pk>/agenda.ics", web_portal.agenda, name="agenda"),
]

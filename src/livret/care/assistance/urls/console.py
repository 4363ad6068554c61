"""Mounted at `console/`."""

from __future__ import annotations

from django.urls import path

from livret.care.assistance.views import remote_console, web_console

app_name = "assistance_console"
urlpatterns = [
    path("teleassistance/outil/", remote_console.tool, name="tool"),
    path("support/<str:number>/teleassistance/", remote_console.panel, name="request_panel"),
    path("support/<str:number>/teleassistance/proposition/", remote_console.proposal, name="proposal"),
    path("support/<str:number>/teleassistance/<int:pk>/annulation/", remote_console.cancelling, name="cancelling"),
    path("support/<str:number>/teleassistance/<int:pk>/debut/", remote_console.beginning, name="beginning"),
    path("support/<str:number>/teleassistance/<int:pk>/fin/", remote_console.ending, name="ending"),
    path("assistances-web/", web_console.sessions, name="web_sessions"),
    path("assistances-web/nouvelle/", web_console.new_session, name="web_session_new"),
    path("assistances-web/<int:pk>/", web_console.session, name="web_session"),
    path("assistances-web/<int:pk>/modification/", web_console.change, name="web_session_change"),
    path("assistances-web/<int:pk>/invitation/", web_console.invitation, name="web_session_invitation"),
    path("assistances-web/<int:pk>/annulation/", web_console.cancelling, name="web_session_cancelling"),
    path("assistances-web/<int:pk>/tenue/", web_console.holding, name="web_session_holding"),
    path("assistances-web/<int:pk>/enregistrement/", web_console.replay, name="web_session_replay"),
]

"""Mounted at `console/support/`."""

from __future__ import annotations

from django.urls import path

from livret.care.support.views import console

app_name = "support_console"
urlpatterns = [
    path("", console.queue, name="queue"),
    path("horaires/", console.hours, name="hours"),
    path("<str:number>/", console.request_page, name="request"),
    path("<str:number>/pick-up/", console.pick_up, name="pick_up"),
    path("<str:number>/messages/", console.messages, name="messages"),
    path("<str:number>/pieces/<int:pk>/", console.attachment, name="attachment"),
    path("<str:number>/trace/", console.trail, name="trail"),
]

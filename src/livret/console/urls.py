"""The addresses of the console's own pages."""

from __future__ import annotations

from django.urls import path

from livret.console import views

app_name = "console"
urlpatterns = [
    path("console/", views.home, name="home"),
    path("console/courriels/", views.mails, name="mails"),
    path("console/courriels/<int:pk>/", views.mail, name="mail"),
    path("console/journal/", views.trail, name="audit"),
    path("console/environnements/", views.environments, name="environments"),
    path("console/design/", views.design, name="design"),
]

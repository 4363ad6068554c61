"""The addresses of the console's own pages."""

from __future__ import annotations

from django.urls import path

from livret.console import mail_box, views

app_name = "console"
urlpatterns = [
    path("console/", views.home, name="home"),
    path("console/courriels/", mail_box.mails, name="mails"),
    path("console/courriels/recus/", mail_box.received, name="received"),
    path("console/courriels/recus/<int:pk>/", mail_box.received_mail, name="received_mail"),
    path("console/courriels/recus/<int:pk>/reprise/", mail_box.retry, name="received_retry"),
    path("console/courriels/recus/<int:pk>/original/", mail_box.original, name="received_original"),
    path("console/courriels/<int:pk>/", mail_box.mail, name="mail"),
    path("console/courriels/<int:pk>/reponses/", mail_box.replies, name="mail_replies"),
    path("console/journal/", views.trail, name="audit"),
    path("console/environnements/", views.environments, name="environments"),
    path("console/design/", views.design, name="design"),
]

"""Companies, people and rights, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.company import views

app_name = "company"
urlpatterns = [
    path("societes/", views.companies, name="companies"),
    path("societes/nouvelle/", views.company_new, name="company_new"),
    path("societes/<slug:siren>/exercices/nouveau/", views.year_new, name="year_new"),
    path("personnes/", views.people, name="people"),
    path("personnes/<uuid:person_id>/", views.person, name="person"),
    path("personnes/<uuid:person_id>/ouverture/", views.opening, name="opening"),
    path("personnes/<uuid:person_id>/droits/<int:right>/retrait/", views.right_revocation, name="right_revocation"),
    path("journal-d-audit/", views.trail, name="trail"),
]

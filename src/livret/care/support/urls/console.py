"""Mounted at `console/support/`."""

from __future__ import annotations

from django.urls import path

from livret.care.support.views.console import acts, canned, hours, messages, queue, request, suspensions, teams

app_name = "support_console"
ACTS = {
    "affectation": "assignment",
    "criticite": "criticality",
    "qualification": "qualification",
    "pause": "pause",
    "proposition": "proposal",
    "cloture": "closing",
    "reouverture": "reopening",
    "doublon": "duplicate",
    "exclusion": "exclusion",
}
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("prises-en-charge/", queue.pick_ups, name="pick_ups"),
    path("affectations/", queue.assignments, name="assignments"),
    path("horaires/", hours.hours, name="hours"),
    path("equipes/", teams.teams, name="teams"),
    path("equipes/nouvelle/", teams.team_new, name="team_new"),
    path("equipes/<int:pk>/", teams.team, name="team"),
    path("reponses-types/", canned.canned_answers, name="canned_answers"),
    path("reponses-types/nouvelle/", canned.canned_answer_new, name="canned_answer_new"),
    path("reponses-types/<int:pk>/", canned.canned_answer, name="canned_answer"),
    path("reponses-types/<int:pk>/retrait/", canned.canned_answer_withdrawal, name="canned_answer_withdrawal"),
    path("suspensions/", suspensions.suspensions, name="suspensions"),
    path("suspensions/nouvelle/", suspensions.suspension_new, name="suspension_new"),
    path("suspensions/<int:pk>/levee/", suspensions.suspension_lift, name="suspension_lift"),
    path("<str:number>/", request.request_page, name="request"),
    path("<str:number>/pick-up/", request.pick_up, name="pick_up"),
    path("<str:number>/messages/", messages.messages, name="messages"),
    path("<str:number>/messages/apercu/", messages.message_preview, name="message_preview"),
    path("<str:number>/reponses-types/", canned.picker, name="picker"),
    path("<str:number>/presence/", request.presence, name="presence"),
    path("<str:number>/pieces/<int:pk>/", request.attachment, name="attachment"),
    path("<str:number>/pieces/<int:pk>/apercu/", request.preview, name="preview"),
    path("<str:number>/trace/", request.trail, name="trail"),
    path("<str:number>/reprise/", acts.resumption, name="resumption"),
    path("<str:number>/contestations/<slug:what>/reponse/", acts.contest_answer, name="contest_answer"),
    *[path(f"<str:number>/{word}/", acts.act, {"key": key}, name=key) for word, key in ACTS.items()],
]

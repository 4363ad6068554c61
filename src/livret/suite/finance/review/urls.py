"""Review, inside an environment."""

from __future__ import annotations

from django.urls import path

from livret.suite.finance.review.views import exports, questions

ROOT = "comptabilite/<slug:siren>/revision/"

app_name = "review"
urlpatterns = [
    path(ROOT, questions.home, name="home"),
    path(f"{ROOT}questions/<int:question>/", questions.question, name="question"),
    path(f"{ROOT}questions/<int:question>/cloture/", questions.question_closing, name="question_closing"),
    path(f"{ROOT}ecritures/<int:entry>/", questions.entry_panel, name="entry_panel"),
    path(f"{ROOT}ecritures/<int:entry>/question/", questions.ask, name="ask"),
    path(f"{ROOT}exports/", exports.exports, name="exports"),
    path(f"{ROOT}exports/<int:export>/", exports.export, name="export"),
    path(f"{ROOT}preuve/", exports.proof, name="proof"),
]

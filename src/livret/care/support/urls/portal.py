"""Mounted at `espace/demandes/`."""

from __future__ import annotations

from django.urls import path

from livret.care.support.views import filing, portal, portal_acts

app_name = "support"
urlpatterns = [
    path("", portal.requests, name="requests"),
    path("liste.csv", portal.listing, name="listing"),
    path("nouvelle/", filing.new_request, name="new"),
    path("nouvelle/echeance/", filing.promise, name="promise"),
    path("nouvelle/semblables/", filing.alike, name="alike"),
    path("<str:number>/", portal.request_page, name="request"),
    path("<str:number>/messages/", portal.messages, name="messages"),
    path("<str:number>/pieces/<int:pk>/", portal.attachment, name="attachment"),
    path("<str:number>/pieces/<int:pk>/apercu/", portal.preview, name="preview"),
    path("<str:number>/confirmation/", portal_acts.confirmation, name="confirmation"),
    path("<str:number>/reouverture/", portal_acts.reopening, name="reopening"),
    path("<str:number>/retrait/", portal_acts.withdrawal, name="withdrawal"),
    path("<str:number>/contestations/", portal_acts.contest, name="contest"),
    path("<str:number>/avis/", portal_acts.rating, name="rating"),
    path("<str:number>/partages/", portal_acts.shares, name="shares"),
    path("<str:number>/partages/<uuid:account>/fin/", portal_acts.share_end, name="share_end"),
]

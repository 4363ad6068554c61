"""The addresses of clients, contracts and people, in the three edges; mounted at the root."""

from __future__ import annotations

from django.urls import path

from livret.clients.views import console, door, people, portal, team

app_name = "clients"

CLIENT = "console/clients/<slug:slug>/"

urlpatterns = [
    path("console/clients/", console.listing, name="listing"),
    path("console/clients/nouveau/", console.new, name="new"),
    path("console/instructions/", people.instructions, name="instructions"),
    path(CLIENT, console.client, name="client"),
    path(f"{CLIENT}contrats/nouveau/", console.contract_new, name="contract_new"),
    path(f"{CLIENT}contrats/<str:number>/version/", console.contract_move, name="contract_move"),
    path(f"{CLIENT}contrats/<str:number>/commande/", console.contract_order, name="contract_order"),
    path(f"{CLIENT}contrats/<str:number>/codes/", console.contract_codes, name="contract_codes"),
    path(f"{CLIENT}instructions/nouvelle/", people.instruction_new, name="instruction_new"),
    path(f"{CLIENT}instructions/<int:pk>/", people.instruction, name="instruction"),
    path(f"{CLIENT}instructions/<int:pk>/execution/", people.carrying_out, name="carrying_out"),
    path(f"{CLIENT}instructions/<int:pk>/refus/", people.refusal, name="refusal"),
    path(f"{CLIENT}personnes/<uuid:person>/invitation/", people.invitation, name="person_invitation"),
    path(f"{CLIENT}administrateurs/nouveau/", people.administrator_new, name="administrator_new"),
    path(f"{CLIENT}administrateurs/<int:pk>/fin/", people.administrator_end, name="administrator_end"),
    path(f"{CLIENT}environnements/<slug:room>/registres/", people.registers, name="registers"),
    path("console/equipe/", team.team, name="team"),
    path("console/equipe/nouvelle-personne/", team.team_new, name="team_new"),
    path("console/equipe/<uuid:person>/", team.team_member, name="team_member"),
    path("console/equipe/<uuid:person>/invitation/", team.team_invitation, name="team_invitation"),
    path("console/equipe/<uuid:person>/fermeture/", team.team_closing, name="team_closing"),
    path("espace/societe/", portal.company, name="company"),
    path("espace/societe/personnes/", portal.people, name="people"),
    path("espace/societe/personnes/demande/", portal.account_request, name="account_request"),
    path("espace/societe/personnes/<uuid:person>/invitation/", portal.reinvitation, name="reinvitation"),
    path("espace/societe/administrateurs/nouveau/", portal.administrator_naming, name="administrator_naming"),
    path("compte/profil/", door.profile, name="profile"),
    path("compte/invitation/<str:token>/", door.invitation, name="invitation"),
]

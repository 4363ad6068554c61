"""What several test modules do with the cast."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser

from livret.clients import services
from livret.clients.models import (
    Instruction,
)
from livret.clients.tests.factories import CLERK, NOW

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def violates(name, action):
    """The name of the database constraint that *action* breaks must be *name*."""
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        _at_once(action)
    assert broken.value.__cause__.diag.constraint_name == name


def _at_once(action):
    action()
    connection.check_constraints()


def ask(client, alice, **changes):
    facts = {
        "kind": Instruction.Kind.OPEN,
        "person_name": "Émile",
        "person_email": "Emile@Atelier.example",
        "asked_by": alice,
        "asked_at": NOW,
        "channel": Instruction.Channel.MAIL,
        "text": "New bookkeeper.",
        "by": CLERK,
        "at": NOW,
    }
    return services.record_instruction(client, **{**facts, **changes})


def invite(account):
    links = []
    services.issue_invitation(account, link_to=lambda token: links.append(token) or token, by=CLERK, at=NOW)
    return links[0]


def browser_of(account):
    browser = Browser()
    browser.force_login(account, backend=BACKEND)
    return browser


def fields(**changes):
    return {"kind": "open", "person_name": "Émile", "person_email": "emile@atelier.example", "text": "New.", **changes}

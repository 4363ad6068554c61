"""Telling the story once, and who to log in as every time."""

from __future__ import annotations

from datetime import datetime

import click

from livret.care.figures import services as figures
from livret.cli.demo import assistance, books, history, knowledge, publisher, requests
from livret.cli.demo.cast import CLIENTS, PASSWORD, PUBLISHER, STAFF
from livret.clients.models import AccessAccount, Client
from livret.core.people import Actor


def tell(*, at: datetime, by: Actor) -> str:
    """Fill an empty installation with the demonstration, completing what was begun; return who may log in.

    An installation of others is left as it is, and a demonstration to which somebody added a client is told no
    further. What is there already is not told again.
    """
    has_others = Client.objects.exclude(slug__in={cast.slug for cast in CLIENTS}).exists()
    if (AccessAccount.objects.exists() or has_others) and not was_told():
        return ""
    if has_others:
        return _people()
    scene = publisher.Scene(at=at, by=by)
    if not AccessAccount.objects.exists():
        click.echo("First start: writing the demonstration (half a minute)...")
    publisher.hire_staff(scene)
    publisher.sign_clients(scene)
    books.keep_books(scene)
    knowledge.fill_shelf(scene)
    knowledge.say_opinions(scene)
    assistance.equip(scene)
    history.live(scene)
    requests.file_requests(scene)
    figures.freeze_due_reports(by=by, now=at)
    return _people()


def was_told() -> bool:
    """Tell whether this installation was once filled with the demonstration: its staff is there."""
    mailboxes = [f"{mailbox}@{PUBLISHER}" for _name, mailbox, _roles, _job in STAFF]
    return AccessAccount.objects.filter(email__in=mailboxes).exists()


def _people() -> str:
    rows = [(f"{mailbox}@{PUBLISHER}", "Éditeur", job) for _name, mailbox, _roles, job in STAFF]
    rows += [(f"{one.mailbox}@{cast.domain}", cast.name, one.job) for cast in CLIENTS for one in cast.people]
    lines = [f"  {address:32} {job:28} {where}" for address, where, job in rows]
    files = books.files_folder()
    return "\n".join([f"Log in as (password {PASSWORD}):", *lines, f"Accounting files to try an import with: {files}"])

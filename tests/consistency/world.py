"""Two clients with one of everything that an address can name, the people of both, and those of the publisher.

Alice administers the first client, Bob reads its books, Sacha has an access account and nothing inside; Chloé
administers the second. Everything is built by the services that pages call, in transactions that never commit.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connections, transaction
from django.test import Client as Browser
from django.urls import reverse
from fido2.cose import ES256
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from livret.booklet.support import AnomalyLevel
from livret.care.assistance.models import WebSession
from livret.care.assistance.tests import factories as assistance
from livret.care.figures.tests import factories as figures
from livret.care.knowledge.tests import factories as knowledge
from livret.care.phone.tests import factories as phone
from livret.care.service.tests import factories as service
from livret.care.support import services
from livret.care.support.models import Attachment, Request
from livret.care.support.tests import factories as support
from livret.clients import services as clients
from livret.clients.actors import actor_of
from livret.clients.models import AccessAccount, Client, StaffRole
from livret.clients.tests import factories as people
from livret.clients.tests.acts import ask, invite
from livret.core.blobs import store
from livret.core.mail import incoming
from livret.core.mail.models import Message
from livret.core.mail.tests.letters import letter
from livret.core.people import Actor
from livret.core.tenancy import aliases
from livret.core.tenancy.context import Place, current_place, inside
from livret.core.tenancy.models import Cell, Environment
from livret.core.tenancy.provision import schema_fingerprint
from livret.kernel.periods import nth_period
from livret.suite.company import services as company
from livret.suite.company.models import ApplicationAccount, Company
from livret.suite.finance.assets.tests.factories import make_asset
from livret.suite.finance.bank.services import setup as bank_setup
from livret.suite.finance.bank.tests import factories as bank
from livret.suite.finance.closing.models import Archive, ClosingWork
from livret.suite.finance.closing.services import works
from livret.suite.finance.entry.rules.documents import Incoming
from livret.suite.finance.entry.rules.templates import TemplateLine
from livret.suite.finance.entry.services.documents import attach
from livret.suite.finance.entry.services.files import upload as upload_entries
from livret.suite.finance.entry.services.recurring import plan
from livret.suite.finance.entry.services.templates import TemplateFacts, save_template
from livret.suite.finance.lettering.models import AutoGroup, Rule
from livret.suite.finance.lettering.services import runs
from livret.suite.finance.models import AnalyticAxis, Entry, Journal, Line
from livret.suite.finance.payments import services as payment_services
from livret.suite.finance.payments.queries import items_of, token_of
from livret.suite.finance.payments.tests import factories as payments
from livret.suite.finance.review.models import BooksExport
from livret.suite.finance.review.services.questions import ask_question
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services import lettering
from livret.suite.finance.services.drafts import TypedEntry, save_draft
from livret.suite.finance.services.locks import lock_period
from livret.suite.finance.statements.reports.asked import Asked
from livret.suite.finance.statements.services import files, keeping
from livret.suite.finance.tests.factories import checked, fec_bytes, imported, sale
from livret.suite.finance.vat.services import preparing as vat_returns
from livret.suite.finance.vat.services import setup as vat_setup

NOW = people.NOW
PUBLISHER = tuple(role.value for role in StaffRole.Role)
CLIENTS = ("alice", "bob", "stranger", "chloe")
ROLES = ("anonymous", *CLIENTS, *PUBLISHER)
NAMES = {
    "alice": "Alice",
    "bob": "Bob",
    "stranger": "Sacha",
    "chloe": "Chloé",
    "technician": "Denis",
    "customer_service": "Farid",
    "operations": "Olga",
    "trainer": "Tom",
    "billing": "Bianca",
    "administrator": "Gabrielle",
}
FAR = datetime(2100, 1, 4, 9, 0, tzinfo=UTC)
ADDRESS = "192.0.2.80"
# The identities that the two client databases of a test session were made with.
ROOMS = {"a": UUID(int=0xA), "b": UUID(int=0xB)}
SIRENS = {"atelier": "732829320", "moulin": "552100554"}
PLANS = {"atelier": "open", "moulin": "care"}
LEVELS = {"atelier": "", "moulin": "critique"}  # Under Sprint the plan decides.


@dataclass(frozen=True)
class World:
    """Who there is, what addresses can name on each side ("alice", "chloe"), and where each side's data are."""

    people: Mapping[str, AccessAccount]
    things: Mapping[str, Mapping[str, object]]
    places: tuple[Place, ...]
    sessions: Mapping[str, SimpleCookie]

    def browser(self, role: str, *, checks_token: bool = False) -> Browser:
        """Return a browser signed in as *role*, from an address that is not this machine's."""
        browser = Browser(enforce_csrf_checks=checks_token, REMOTE_ADDR=ADDRESS, headers={"accept-language": "fr"})
        browser.cookies = SimpleCookie({key: morsel.value for key, morsel in self.sessions[role].items()})
        return browser

    @property
    def databases(self) -> list[str]:
        return ["default", *(place.alias() for place in self.places)]

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Undo in the three databases what the block does."""
        with ExitStack() as stack:
            for alias in self.databases:
                stack.enter_context(rolled_back(alias))
            yield

    def refuse_writing(self) -> None:
        """Have the three databases refuse any writing until the end of the block that puts them back."""
        for alias in self.databases:
            with connections[alias].cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")


@contextmanager
def rolled_back(alias: str) -> Iterator[None]:
    with transaction.atomic(using=alias):
        yield
        transaction.set_rollback(True, using=alias)


@contextmanager
def standing(databases: Mapping[str, str], *, host: str, port: int) -> Iterator[World]:
    """Build the world for the block. databases: the client databases of the session, "a" and "b"."""
    with ExitStack() as stack:
        stack.enter_context(rolled_back("default"))
        cell = Cell.objects.create(name="main", host=host, port=port)
        rooms = [_room(slug, cell, ROOMS[key], databases[key]) for slug, key in zip(SIRENS, ROOMS, strict=True)]
        for room in rooms:
            stack.enter_context(rolled_back(aliases.use(room.place, "app")))
        yield _world(*rooms)


def _room(slug: str, cell: Cell, environment_id: UUID, database: str) -> Environment:
    facts = {"state": Environment.State.ACTIVE, "schema_fingerprint": schema_fingerprint(), "created_at": NOW}
    return Environment.objects.create(id=environment_id, slug=slug, cell=cell, database=database, **facts)


def _world(first: Environment, second: Environment) -> World:
    support.publish_hours()
    staff = {role: people.make_staff(NAMES[role], role) for role in PUBLISHER}
    atelier, moulin = people.make_client("atelier"), people.make_client("moulin")
    owners = {name: people.make_account(atelier, NAMES[name]) for name in ("alice", "bob", "stranger")}
    who = {**owners, "chloe": people.make_account(moulin, "Chloé"), **staff}
    sessions = {"anonymous": SimpleCookie(), **{role: _signed_in(account) for role, account in who.items()}}
    for account in (*staff.values(), who["alice"], who["chloe"]):
        TOTP.activate(account, generate_totp_secret())
        RecoveryCodes.activate(account)
    article = {"article": knowledge.written(product="").slug, "article_version": 1}
    assistance.tool()
    article["web_session"] = assistance.planned(staff["trainer"], product="", starts_at=FAR).pk
    things = {
        "alice": _things(first, atelier, who["alice"], reader=who["bob"], other=who["stranger"], staff=staff) | article,
        "chloe": _things(second, moulin, who["chloe"], staff=staff) | article,
    }
    return World(who, things, (first.place, second.place), sessions)


def _signed_in(account: AccessAccount) -> SimpleCookie:
    """Sign in by the pages before the account has a second factor, and confirm as settings of the account ask."""
    browser = Browser(REMOTE_ADDR=ADDRESS)
    typed = {"login": account.email, "password": people.PASSWORD}
    answers = [browser.post(reverse(name), typed) for name in ("account_login", "account_reauthenticate")]
    assert [answer.status_code for answer in answers] == [302, 302]
    return browser.cookies


def _things(
    room: Environment,
    client: Client,
    owner: AccessAccount,
    *,
    staff: Mapping[str, AccessAccount],
    reader: AccessAccount | None = None,
    other: AccessAccount | None = None,
) -> dict[str, object]:
    reader, other = reader or people.make_account(client, "Rose"), other or people.make_account(client, "Paul")
    second, invitee = people.make_account(client, "Odile"), people.make_account(client, "Nina", password="")
    contract = support.make_contract(client, owner, PLANS[client.slug])
    people.own(client, room)
    with inside(room.place):
        books = _books(owner, reader, siren=SIRENS[client.slug])
    return {
        "client": client.slug,
        "contract": contract.number,
        "report": figures.frozen(contract).pk,
        "administrator": clients.name_saas_administrator(
            client, second, from_on=people.START, by=people.CLERK, at=NOW
        ).pk,
        "instruction": ask(client, owner, person_email=f"emile@{client.slug}.example").pk,
        "token": invite(invitee),
        "invitee": invitee.pk,
        "newcomer": other.pk,
        "room": room.slug,
        **_request(reader, staff["technician"], follower=second),
        "follower": second.pk,
        **_desk(client, reader, staff),
        **_calls(client),
        **_remote(client, owner, staff["technician"]),
        **_service(owner, reader, room, staff["operations"]),
        **_door(owner, reader),
        "mail": Message.objects.filter(to__endswith=f"@{client.slug}.example").first().pk,
        "received": incoming.receive(letter(sender=f"inconnu@{client.slug}.example"), at=NOW).pk,
        "colleague": staff["trainer"].pk,
        **books,
    }


def _request(filer: AccessAccount, technician: AccessAccount, *, follower: AccessAccount) -> dict[str, object]:
    """A request filed with a file, shared, picked up, answered, and noted for colleagues only."""
    found = support.file(filer, files=[support.incoming()], criticality=LEVELS[filer.client.slug])
    services.share(found, follower, by=actor_of(filer), now=support.paris(2, 15, 10))
    support.pick_up(found, technician, at=support.paris(2, 15, 30))
    support.say(found, technician, "Nous regardons.", at=support.paris(2, 15, 40))
    note = support.incoming("note.png", support.PNG + b"1")
    support.say(found, technician, "Voir avec Emma.", at=support.paris(2, 15, 50), files=[note], is_internal=True)
    files = Attachment.objects.filter(event__request=found)
    return {
        "request": found.number,
        "file": files.get(event__is_internal=False).pk,
        "internal_file": files.get(event__is_internal=True).pk,
    }


def _desk(client: Client, filer: AccessAccount, staff: Mapping[str, AccessAccount]) -> dict[str, object]:
    """A contested anomaly, its duplicate that is closed, a suspension to come, what the desk writes for itself."""
    technician, agent = staff["technician"], staff["customer_service"]
    told, level = {"by": actor_of(technician), "now": support.paris(2, 16)}, LEVELS[client.slug]
    for number in range(2):
        support.pick_up(support.file(filer, criticality=level, subject=f"Export {number}"), technician, at=told["now"])
    closed, anomaly = Request.objects.filter(client=client).order_by("-pk")[:2]
    services.link_duplicate(closed, anomaly, **told)
    services.close(closed, "duplicate", **told)
    services.qualify_anomaly(anomaly, AnomalyLevel.INOPERATIVE, reproduction="Oui", is_reproduced=True, **told)
    services.contest(anomaly, "qualification", reason="C’est bloquant.", by=actor_of(filer), now=told["now"])
    cause, later = "untrained_users", datetime(2100, 1, 1, tzinfo=UTC)
    suspension = services.suspend_support(
        client, cause, reason="Essai", from_at=later, by=actor_of(agent), now=told["now"]
    )
    answer = services.write_canned_answer(f"Bonjour {client}", "Bonjour {{prenom}},", author=technician, **told)
    team = services.TeamFacts(f"Équipe {client}", technician, [technician], [], [], rank=10)
    return {
        "contested": "qualification",
        "suspension": suspension.pk,
        "canned_answer": answer.pk,
        "support_team": services.set_team(team, **told).pk,
    }


def _calls(client: Client) -> dict[str, object]:
    """A call that waits, and the key of the telephone system that reported it."""
    key = phone.make_key(client.name).key
    return {"cti_key": key.pk, "call": phone.arrive(key, number="0612345678").uuid}


def _remote(client: Client, owner: AccessAccount, technician: AccessAccount) -> dict[str, object]:
    """A remote session proposed for the request that was picked up first; the owner has a place in the web session."""
    assistance.register(WebSession.objects.get(), owner)
    taken = Request.objects.filter(client=client, picked_up_at__isnull=False).order_by("pk").first()
    return {"remote_session": assistance.propose(taken, technician, at=support.paris(2, 16)).pk}


def _service(
    owner: AccessAccount, reader: AccessAccount, room: Environment, operator: AccessAccount
) -> dict[str, object]:
    """What stands beside the reader's requests to customer service, and the operations that the owner asked."""
    return {
        "service_request": service.file(reader, "administrative").number,
        "notice": service.notice(reader).request.number,
        "complaint": service.complaint(reader).number,
        "operation_kind": "export",
        "operation": service.operation(owner, room=room.ownership).request.number,
        "export": service.exported(owner, operator, room=room.ownership).request.number,
    }


def _door(owner: AccessAccount, reader: AccessAccount) -> dict[str, object]:
    """The owner's passkey, and the reader's way back in after a lost password."""
    held = {"name": "Clé", "credential": _credential()}
    reader.refresh_from_db()  # The key holds the last sign-in.
    return {
        "passkey": Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data=held).pk,
        "reset_person": user_pk_to_url_str(reader),
        "reset_key": default_token_generator.make_token(reader),
    }


def _credential() -> dict[str, object]:
    """What a browser sends when it registers a passkey, without attestation."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(Aaguid.NONE, b"passkey", key)
    shown = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT, 0, attested)
    sent = CollectedClientData.create(CollectedClientData.TYPE.CREATE, bytes(32), "http://testserver")
    proof = AttestationObject.create("none", shown, {})
    answer = AuthenticatorAttestationResponse(client_data=sent, attestation_object=proof)
    return dict(RegistrationResponse(raw_id=b"passkey", response=answer))


def _books(owner: AccessAccount, reader: AccessAccount, *, siren: str) -> dict[str, object]:
    """A company with a year and entries from a FEC, a draft, and a second FEC that waits to be confirmed."""
    by = actor_of(owner)
    accounts = {person: _application_account(person) for person in (owner, reader)}
    company.grant(accounts[owner], room="company", right="administer", by=by, at=NOW)
    company.grant(accounts[owner], room="finance", right="administer", by=by, at=NOW)
    right = company.grant(accounts[reader], room="finance", right="read", by=by, at=NOW)
    assert imported(fec_bytes([*sale("1"), *sale("2")]), f"{siren}FEC20251231.txt", siren=siren).state == "done"
    entry = Entry.objects.order_by("pk").first()
    lines = (TypedLine("411000", "C001", "", 12_000, 0), TypedLine("706000", "", "", 0, 12_000))
    typed = TypedEntry(Journal.objects.get(code="VE"), entry.date, "Facture FA-3", "FA-3", entry.date, lines)
    picture = Incoming("FA-1.png", len(support.PNG), io.BytesIO(support.PNG))
    return {
        "siren": siren,
        "year": "2025-12-31",
        "account": "411000",
        "journal": "VE",
        "auxiliary": "C001",
        "asset": make_asset(Company.objects.get(siren=siren)).number,
        **_analytic_things(entry.company_id),
        "entry": entry.pk,
        "draft": save_draft(typed, by=by, at=NOW).pk,
        "run": checked(fec_bytes(sale("3")), f"{siren}FEC20251231.txt").pk,
        "document": attach([picture], to=entry, by=by, at=NOW)[0].pk,
        **_typing_things(typed.journal, by),
        **_reports(entry, by),
        **_closing(entry, by),
        **_bank(entry, by),
        **_payments(entry, by),
        **_lettering(entry, by),
        **_vat(entry, by),
        "member": reader.pk,
        "right": right.pk,
    }


def _vat(entry: Entry, by: Actor) -> dict[str, object]:
    """The VAT return of the first month of the year, prepared."""
    regime = vat_setup.RegimeFacts(since=entry.fiscal_year.first_day, kind="monthly")
    vat_setup.set_regime(entry.company, regime, by=by, at=NOW)
    month = nth_period(entry.fiscal_year.first_day, months=1, index=0)
    made = vat_returns.prepare(vat_returns.begin_return(entry.company, month, by=by, at=NOW), at=NOW)
    return {"vat_period": made.first_day.isoformat(), "vat_rank": made.rank}


def _bank(entry: Entry, by: Actor) -> dict[str, object]:
    """A bank account with a movement left to treat, a file that waits to be confirmed, a rule."""
    account = bank.make_bank_account(entry.company)
    assert bank.imported(entry.company, bank.camt([(500, "REMISE")])).state == "done"
    facts = {"name": "Frais", "words": ["FRAIS"], "account": "627000", "position": 1}
    return {
        "bank_account": account.pk,
        "statement_file": bank.sent(entry.company, bank.camt([(700, "REMISE")], number="2")).pk,
        "movement": bank.movements(account)[0].pk,
        "bank_rule": bank_setup.save_rule(entry.company, facts, held=None, by=by, at=NOW).pk,
    }


def _payments(entry: Entry, by: Actor) -> dict[str, object]:
    """A batch of one transfer, approved: its file is there."""
    line = payments.buy(payments.make_supplier(entry.company), 10_000, day=entry.date)
    today = NOW.date()
    batch = payment_services.prepare(
        entry.fiscal_year,
        bank_account=bank.make_bank_account(entry.company, payments.OTHER_IBAN, "512100"),
        execution_on=today,
        until=today,
        amounts={line: 10_000},
        by=by,
        at=NOW,
        today=today,
    )
    return {"batch": payment_services.approve(batch, seen=token_of(items_of(batch)), by=by, at=NOW).pk}


def _reports(entry: Entry, by: Actor) -> dict[str, object]:
    """A filter that the owner keeps, a file that is ready, a loan; the words that name a report."""
    year = entry.fiscal_year
    asked = Asked(year, year.days, year.last_day)
    file = files.ask_for_file("balance", asked, "csv", query="", by=by, at=NOW)
    saved = keeping.keep_filter(year.company, kind="balance", name="Année", query="period=year", by=by)
    plan = {"first_on": year.last_day, "every_months": 1, "payments": 12}
    return {
        "report_kind": "balance",
        "report_format": "csv",
        "statement_kind": "bilan",
        "statement_row": "total-assets",
        "report_file": files.make_file(file, asked, at=NOW, on_rows=int).pk,
        "saved_filter": saved.pk,
        "loan": keeping.add_loan(year.company, label="Four", cents=50_000, **plan, by=by, at=NOW).pk,
    }


def _closing(entry: Entry, by: Actor) -> dict[str, object]:
    """Days locked, a long work under way and an archive that is kept; the words that name a check and a cut-off."""
    year = entry.fiscal_year
    lock_period(year, until=entry.date, reason="", by=by, at=NOW)
    kept = store.put([b"PK"], owner=str(current_place().environment_id))
    facts = {"size": kept.size, "is_definitive": True, "entries": 2, "lines": 6, "debit_cents": 24_000}
    archive = Archive.objects.create(
        fiscal_year=year,
        digest=kept.digest,
        **facts,
        keep_until=year.last_day,
        author_id=by.id,
        author_name=by.name,
        made_at=NOW,
    )
    work = works.ask(year, ClosingWork.Kind.VERIFICATION, by=by, at=NOW)
    return {
        "archive": archive.pk,
        "closing_work": work.pk,
        "closing_check": "former-year-open",
        "question": ask_question(entry, text="Quel contrat ?", by=by, at=NOW).pk,
        "books_export": _export(entry, kept, by).pk,
        "cut_off_kind": "prepaid-expense",
    }


def _lettering(entry: Entry, by: Actor) -> dict[str, object]:
    """A partial lettering of the two customer lines, and a proposal with a group."""
    customers = Line.objects.filter(company_id=entry.company_id, account__number="411000").order_by("entry_id")
    keys = list(customers.values_list("entry_id", "position"))
    made = lettering.letter(keys, by=by, at=NOW, on=entry.fiscal_year.last_day)
    run = runs.ask(entry.fiscal_year, rules=tuple(Rule), until=entry.fiscal_year.last_day, by=by, at=NOW)
    group = AutoGroup.objects.create(run=run, number=1, rule=Rule.AMOUNT, account_id=made.account_id, lines=2, cents=1)
    return {"lettering": made.pk, "lettering_run": run.pk, "lettering_group": group.number}


def _export(entry: Entry, kept: store.Blob, by: Actor) -> BooksExport:
    return BooksExport.objects.create(
        company_id=entry.company_id,
        state="done",
        has_bank_details=True,
        digest=kept.digest,
        author_id=by.id,
        author_name=by.name,
        asked_at=NOW,
        offered_until=NOW + timedelta(days=10_000),
    )


def _typing_things(journal: Journal, by: Actor) -> dict[str, object]:
    """A template that recurs, and a file of entries that was read."""
    lines = [TemplateLine("613200", cents=90_000), TemplateLine("512000", side="credit")]
    template = save_template(TemplateFacts("Loyer", journal, "Loyer", "BAIL", lines), by=by, at=NOW)
    rhythm = {"first_on": FAR.date(), "every_months": 1, "last_on": None, "cents": None}
    content = [b"Date;Journal;Compte;Debit;Credit\n15/01/2025;VE;411000;1,00;\n15/01/2025;VE;706000;;1,00\n"]
    return {
        "entry_template": template.pk,
        "recurrence": plan(template, **rhythm, by=by, at=NOW).pk,
        "entry_file": upload_entries(journal.company, content, file_name="entries.csv", by=by, at=NOW).pk,
    }


def _analytic_things(company_id: int) -> dict[str, object]:
    axis = AnalyticAxis.objects.create(company_id=company_id, code="SITE", label="Sites")
    return {"axis": axis.pk, "section": axis.sections.create(code="NTE", label="Nantes").pk}


def _application_account(person: AccessAccount) -> ApplicationAccount:
    facts = {"person_id": person.pk, "name": person.full_name, "email": person.email}
    return company.open_account(**facts, by=actor_of(person), at=NOW)

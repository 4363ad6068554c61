"""Everything of a company's books in one file: the years, the tables of every room, the documents, the trail."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import IO, Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from livret.core.audit.queries import trail_for
from livret.core.audit.services import record
from livret.core.blobs import store
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias, current_place
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.closing.services.archiving import Sheaf, fill_year, gathered, kept
from livret.suite.finance.models import Attachment
from livret.suite.finance.queries.tombstones import tombstone_of
from livret.suite.finance.review.models import BooksExport

EXPORT_TASK = "review.export"
OFFERED = timedelta(days=7)
CHUNK = 5_000
# What a year's own files hold already, or what is no book: drafts, balances, guards.
LEFT_OUT = frozenset(
    {
        "finance.entry", "finance.entrytext", "finance.line", "finance.linetext", "finance.linecurrency",
        "finance.seal", "finance.balance", "finance.daybalance", "finance.auxiliarybalance", "finance.draftentry",
        "finance.draftline", "review.booksexport",
    }
)  # fmt: skip
ROOMS = (
    "finance", "setup", "entry", "bank", "payments", "lettering", "vat", "statements", "assets", "closing", "review",
)  # fmt: skip
BANK_WORDS = ("iban", "bic", "bban", "account_number")
# Where numbers of accounts stand under other names, or inside what a bank told.
BANK_FIELDS = frozenset(
    {
        "bank.bankaccount.identifier", "bank.movement.details", "bank.statementfile.summary",
        "bank.statementfile.chosen", "bank.statementfile.findings", "bank.statementfile.refusal",
    }
)  # fmt: skip
DEEPEST = 3
Owner = tuple[type[models.Model], str]  # A table, and its path to the company.


class AlreadyAsked(Refusal):
    """An export is under way."""

    def __init__(self) -> None:
        super().__init__(_("Your export is under way. Wait for its end."))


def ask_for_export(company: Company, *, has_bank_details: bool, by: Actor, at: datetime) -> BooksExport:
    """Have all the books of a company put in one file by a job. Raises AlreadyAsked."""
    try:
        with transaction.atomic(using=current_alias()):
            asked = BooksExport.objects.create(
                company=company, has_bank_details=has_bank_details, author_id=by.id, author_name=by.name, asked_at=at
            )
            outbox.post(EXPORT_TASK, export_id=asked.pk)
            record("finance.export.asked", asked, by=by, at=at, detail={"bank_details": has_bank_details})
    except IntegrityError as error:
        if "books_export_asked_once" not in str(error):
            raise
        raise AlreadyAsked from None
    return asked


def make_export(export_id: int, *, at: datetime, require: Callable[[BooksExport], object] = bool) -> BooksExport:
    """Make the file of an export that was asked for. Run again, it finds it made and does nothing.

    require: raises a Refusal, noted on the export, when whoever asked for it may not any more.
    """
    asked = BooksExport.objects.select_related("company").get(pk=export_id)
    if asked.state != BooksExport.State.ASKED:
        return asked
    try:
        require(asked)
    except Refusal as refusal:
        asked.state, asked.refusal, asked.ended_at = BooksExport.State.REFUSED, str(refusal)[:2000], at
        asked.save(update_fields=["state", "refusal", "ended_at"])
        return asked
    with gathered(at=at) as (sheaf, stream):
        _fill(sheaf, asked, at=at)
        sheaf.close()
        blob = kept(stream)
    with transaction.atomic(using=current_alias()):
        held = BooksExport.objects.select_for_update(of=("self",)).get(pk=export_id)
        held.state, held.ended_at, held.offered_until = BooksExport.State.DONE, at, at + OFFERED
        held.digest, held.size, held.files = blob.digest, blob.size, len(sheaf.files)
        held.save(update_fields=["state", "ended_at", "offered_until", "digest", "size", "files"])
        by = Actor(held.author_id, held.author_name, "client", f"export {held.pk}")
        record("finance.export.made", held, by=by, at=at, detail={"digest": blob.digest, "size": blob.size})
    return held


def open_export(export: BooksExport) -> IO[bytes]:
    """Open the file of an export that is made."""
    return store.open_blob(export.digest, owner=str(current_place().environment_id))


def _fill(sheaf: Sheaf, asked: BooksExport, *, at: datetime) -> None:
    company = asked.company
    for year in FiscalYear.objects.select_related("company").filter(company=company).order_by("first_day"):
        folder = f"exercices/{year.last_day}/"
        if stone := tombstone_of(year):
            sheaf.add(f"{folder}archive.zip", partial(_copy, stone.archive_digest, str(current_place().environment_id)))
        else:
            fill_year(sheaf, year, folder=folder)
    for model, path in tables():
        names = _fields(model, with_bank=asked.has_bank_details)
        rows = model._default_manager.filter(**{path: company.pk}).order_by("pk")
        sheaf.add(f"tables/{model._meta.app_label}/{model._meta.model_name}.csv", _table(rows, names))
    sheaf.add("tables/audit.csv", _write_trail(company, _acts(with_addresses=asked.has_bank_details)))
    _add_documents(sheaf, company)
    words = README.format(company=company.name, siren=company.siren, at=at.isoformat(), by=asked.author_name)
    sheaf.add("README.txt", _text(words))
    sheaf.add("manifest.json", _text(json.dumps({"form": "livret-export-1", "files": sheaf.files}, indent=1)))


README = """Export de la comptabilité de {company}, SIREN {siren}, fait le {at} pour {by}.

exercices/AAAA-MM-JJ/   par exercice : FEC et sa notice, balance, grand livre, journaux, sceaux (seals.jsonl) ;
                        d'un exercice purgé après les années légales : son archive scellée
tables/                 une table par fichier CSV (UTF-8, point-virgule) : plan, tiers, journaux, lettrages,
                        sections analytiques, déclarations de TVA, immobilisations, banque, questions, piste d'audit
documents/              pièces jointes aux écritures, par numéro interne d'écriture
manifest.json           empreinte SHA-256 et taille de chaque fichier

Les montants *_cents sont en centimes, au débit moins le crédit. Les coordonnées bancaires des tiers n'y sont que si
la personne qui a demandé l'export a le droit de valider.
"""
AUDIT = (
    "at",
    "actor_id",
    "actor_name",
    "actor_kind",
    "address",
    "action",
    "object_type",
    "object_id",
    "object_label",
    "detail",
)


def _text(words: str) -> Callable[[Any], object]:
    return lambda into: into.write(words.encode())


def tables() -> list[tuple[type[models.Model], str]]:
    """Return the tables of every room that belong to a company, with the path that leads from each to it."""
    found = [
        (model, path)
        for label in ROOMS
        for model in apps.get_app_config(label).get_models()
        if model._meta.label_lower not in LEFT_OUT and (path := _path(model))
    ]
    return sorted(found, key=lambda one: one[0]._meta.label_lower)


def _path(model: type[models.Model], depth: int = DEEPEST) -> str:
    """Return the lookup from a table to the company of its rows, "" when there is none."""
    links = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    for field in links:
        if field.related_model is Company:
            return field.name
    for field in links:
        further = field.related_model
        if depth > 1 and isinstance(further, type) and further is not model and (path := _path(further, depth - 1)):
            return f"{field.name}__{path}"
    return ""


def _fields(model: type[models.Model], *, with_bank: bool) -> tuple[str, ...]:
    names = [field.attname for field in model._meta.concrete_fields]
    return tuple(name for name in names if with_bank or not _is_bank(f"{model._meta.label_lower}.{name}"))


def _is_bank(field: str) -> bool:
    return field in BANK_FIELDS or any(word in field.rpartition(".")[2] for word in BANK_WORDS)


def _table(rows: models.QuerySet[Any], names: tuple[str, ...]) -> Callable[[Any], object]:
    def write(into: Any) -> None:
        into.write(b"\xef\xbb\xbf" + _lines([names]))
        for chunk in batched(rows.values_list(*names).iterator(chunk_size=CHUNK), CHUNK):
            into.write(_lines([_cell(value) for value in row] for row in chunk))

    return write


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    """Return a value as a spreadsheet takes it: never for a formula."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _acts(*, with_addresses: bool) -> tuple[str, ...]:
    """Return what is told of an act; from which address it was done is personal, and not for every reader."""
    return tuple(name for name in AUDIT if with_addresses or name != "address")


def _write_trail(company: Company, names: Sequence[str]) -> Callable[[Any], object]:
    """Write the acts on the books of a company: on itself, and on its rows as far as they are still there."""
    owners = {model._meta.label_lower: (model, path) for model, path in tables()}
    owners |= {label: (apps.get_model(label), "company") for label in ("finance.entry", "company.fiscalyear")}
    owners["company.company"] = (Company, "pk")
    rows = trail_for(client_plane=True).filter(object_type__in=owners).order_by("pk").values(*AUDIT)

    def write(into: Any) -> None:
        into.write(_lines([names]))
        for chunk in batched(rows.iterator(chunk_size=CHUNK), CHUNK):
            owned = _owned(chunk, owners, company)
            mine = [row for row in chunk if (row["object_type"], row["object_id"]) in owned]
            into.write(_lines([_cell(row[name]) for name in names] for row in mine))

    return write


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield *rows* in lists of that size, the last one shorter."""
    held = iter(rows)
    while chunk := list(islice(held, size)):
        yield chunk


def _owned(chunk: Sequence[Any], owners: Mapping[str, Owner], company: Company) -> set[tuple[str, str]]:
    """Return type and id of the objects that a few acts are on and that belong to the company."""
    wanted: dict[str, set[str]] = {}
    for row in chunk:
        if row["object_id"].isdecimal():
            wanted.setdefault(row["object_type"], set()).add(row["object_id"])
    found: set[tuple[str, str]] = set()
    for label, ids in wanted.items():
        model, path = owners[label]
        held = model._default_manager.filter(**{path: company.pk}, pk__in=[int(one) for one in ids])
        found |= {(label, str(pk)) for pk in held.values_list("pk", flat=True)}
    return found


def _add_documents(sheaf: Sheaf, company: Company) -> None:
    owner = str(current_place().environment_id)
    for one in Attachment.objects.filter(company=company, entry__isnull=False).order_by("pk").iterator():
        name = f"documents/{one.entry_id}/{one.pk}-{_safe_name(one.name)}"
        sheaf.add(name, partial(_copy, one.digest, owner))


def _copy(digest: str, owner: str, into: Any) -> None:
    with store.open_blob(digest, owner=owner) as stream:
        while chunk := stream.read(1 << 20):
            into.write(chunk)


def _safe_name(name: str) -> str:
    """Return a file name that stays inside its folder wherever it is unpacked."""
    return "".join(one if one.isalnum() or one in "-_. " else "_" for one in name).lstrip(". ")[-120:] or "document"

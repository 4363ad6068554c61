"""`livret ledger`: prove the books of the clients."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from livret.cli.platform import with_database

if TYPE_CHECKING:
    from livret.core.tenancy.models import Environment
    from livret.ops.environments.models import LedgerProof

WORDS = {
    "seal-broken": "the seal is not that of the entry, its lines and the entry before it",
    "chain-cut": "the counter of the journal does not stand on the seal of its last entry",
    "balance-drifted": "a kept balance is not the sum of its lines",
    "head-differs": "the chain is coherent but is not the one whose head was kept outside: it was rewritten",
    "entry-missing": "the entry whose head was kept outside is gone",
    "tombstone-false": "the tombstone of a purged year is not what was removed",
    "archive-false": "the archive that proves a purged year is gone, changed, or not of that year",
    "year-missing": "the fiscal year whose head was kept outside is gone, or says it holds nothing",
}


@click.group()
def ledger() -> None:
    """Prove that the books are what was validated."""


@ledger.command()
@click.argument("slug", required=False, default="")
@with_database
def verify(slug: str) -> None:
    """Compute every chain and balance of environment SLUG, or of all, again, and compare with the heads kept outside.

    Exit 0 when all is proved, 1 when something is false. Entries whose head has not left yet are counted apart.
    """
    from livret.core import clock
    from livret.ops.environments import proofs

    failed = False
    for environment in _environments(slug):
        proof = proofs.prove(environment, at=clock.now())
        _tell(environment, proof)
        failed |= bool(proof.faults)
    sys.exit(1 if failed else 0)


def _environments(slug: str) -> list[Environment]:
    from livret.core.tenancy.models import Environment
    from livret.ops.environments.services import environment_named

    if slug:
        return [environment_named(slug)]
    rows = Environment.objects.select_related("cell").filter(state=Environment.State.ACTIVE)
    return list(rows.order_by("slug"))


def _tell(environment: Environment, proof: LedgerProof) -> None:
    verdict = f"{len(proof.faults)} faults" if proof.faults else "proved"
    click.echo(f"{environment.slug}: {verdict}; {proof.entries:,} entries in {proof.chains} chains", nl=False)
    click.echo(f", {proof.unproved:,} entries whose head has not left yet" if proof.unproved else "")
    for name, year in sorted(proof.years.items()):
        if "purged_on" in year:
            proven = "not proven" if _is_accused(name, proof) else "proven"
            place, archive = name.replace("/", " "), year["archive"][:12]
            click.echo(f"  {place}: purged on {year['purged_on']}, {proven} by the archive {archive}")
    for fault in proof.faults:
        click.secho(f"  {_place(fault)}: {WORDS[fault['code']]}", fg="red", err=True)


def _is_accused(name: str, proof: LedgerProof) -> bool:
    return any(f"{fault['siren']}/{fault['year_ends']}" == name for fault in proof.faults)


def _place(fault: dict[str, Any]) -> str:
    parts = [fault["siren"], fault["year_ends"], fault["journal"]]
    if fault["number"]:
        parts.append(f"no. {fault['number']}")
    if fault["code"] in ("balance-drifted", "tombstone-false", "archive-false"):
        parts.append(fault["found"])
    return " ".join(part for part in parts if part)

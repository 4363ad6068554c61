"""A process that imports one run and stops to be killed: `python importing.py <database> <run>` of a fresh environment.

It prints a line once it has read the file, then waits to be told to go on, inside its transaction.
"""

import sys
import uuid
from datetime import UTC, date, datetime

import django

django.setup()

from livret.core import installation  # noqa: E402
from livret.core.tenancy.context import Place, inside  # noqa: E402
from livret.suite.finance.services import imports, ledger  # noqa: E402

database, environment, run = sys.argv[1:4]
server = installation.control_server()
place = Place(uuid.UUID(environment), 1, "main", server.host, server.port, database)


def wait(*_facts, **_named):
    sys.stdout.write("sealed\n")
    sys.stdout.flush()
    sys.stdin.readline()


with inside(place):
    whole = ledger.settle

    def settle_and_wait(*args, **kwargs):
        whole(*args, **kwargs)
        wait()

    imports.ledger.settle = settle_and_wait
    imports.import_run(
        int(run), allowances=imports.Allowances(), at=datetime(2026, 3, 2, tzinfo=UTC), today=date(2026, 3, 2)
    )

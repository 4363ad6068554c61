"""A process that does one work and stops to be killed: `python at_work.py <database> <environment> <work> [<store>]`.

It prints a line once everything is written, inside its transaction, then waits to be told to go on.
"""

import sys
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import django
from django.conf import settings

django.setup()

from livret.core import installation  # noqa: E402
from livret.core.tenancy.context import Place, inside  # noqa: E402
from livret.suite.finance.closing.services import doing, works  # noqa: E402

database, environment, work, *store = sys.argv[1:]
if store:
    settings.STATE_FOLDER = Path(store[0])
server = installation.control_server()
place = Place(uuid.UUID(environment), 1, "main", server.host, server.port, database)


def do_and_wait(held, setting):
    result = doing.do(held, setting)
    sys.stdout.write("written\n")
    sys.stdout.flush()
    sys.stdin.readline()
    return result


with inside(place):
    works.run(int(work), do_and_wait, allowance=None, at=datetime(2026, 3, 2, tzinfo=UTC), today=date(2026, 3, 2))

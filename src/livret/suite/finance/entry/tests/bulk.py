"""A process that validates drafts and stops to be killed: `python bulk.py <database> <environment> <draft>...`.

It prints a line once all are posted, then waits to be told to go on, inside its transaction.
"""

import sys
import uuid

import django

django.setup()

from django.db import transaction  # noqa: E402

from livret.core import installation  # noqa: E402
from livret.core.tenancy.context import Place, current_alias, inside  # noqa: E402
from livret.suite.finance.services import drafts  # noqa: E402
from livret.suite.finance.tests.factories import ALICE, AT, TODAY  # noqa: E402

database, environment, *keys = sys.argv[1:]
server = installation.control_server()

place = Place(uuid.UUID(environment), 1, "main", server.host, server.port, database)
with inside(place), transaction.atomic(using=current_alias()):
    drafts.validate_drafts({int(key): 1 for key in keys}, allowance=None, by=ALICE, at=AT, today=TODAY)
    sys.stdout.write("posted\n")
    sys.stdout.flush()
    sys.stdin.readline()

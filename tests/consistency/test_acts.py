"""Every act that the audit trail keeps is told in words, and no words are kept for an act that nothing records."""

import ast
import re

import pytest
from django.utils.translation import override

from livret.care.assistance.rules import remote
from livret.clients.models import AdministratorChange, ContractChange
from livret.core.audit.words import actions_saying, acts, words_of
from livret.suite.finance.bank.models import MatchEvent
from tests.consistency.messages import PACKAGE

CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
# The ends that a code is given when it runs, in an expression.
KINDS = {
    "assistance.remote.": (*remote.STATES, remote.REPORTED),
    "bank.movement.": MatchEvent.Kind.values,
    "clients.contract.": ContractChange.Kind.values,
    "clients.saas_administrator.": AdministratorChange.Kind.values,
    "finance.": ("axis.closed", "axis.reopened", "section.closed", "section.reopened"),
    "lettering.run.": ("confirmed", "undoing"),
    "service.notice.": ("sent", "received", "withdrawn", "closed"),
    "service.operation.": ("done", "refused", "withdrawn"),
    "support.request.": ("message", "files_added"),
}


def first_arguments():
    """Yield the first argument of every call that writes to the audit trail."""
    for file in PACKAGE.glob("**/*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in ("record", "_record_right"):
                yield node.args[0]


def _name(called):
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def recorded():
    """Return the codes recorded as they are written, and the beginnings of those completed as they run."""
    whole, begun = set(), set()
    for argument in first_arguments():
        if isinstance(argument, ast.JoinedStr):
            begun.add(argument.values[0].value)
        else:
            texts = [node.value for node in ast.walk(argument) if isinstance(node, ast.Constant)]
            whole |= {text for text in texts if isinstance(text, str) and CODE.fullmatch(text)}
    return whole, begun


def completed():
    return {f"{start}{end}" for start, kinds in KINDS.items() for end in kinds}


def test_every_act_that_is_recorded_has_its_words():
    assert sorted((recorded()[0] | completed()) - acts().keys()) == []


def test_no_words_are_kept_for_an_act_that_nothing_records():
    assert sorted(acts().keys() - recorded()[0] - completed()) == []


def test_every_code_that_is_completed_as_it_runs_is_known_here():
    assert recorded()[1] == KINDS.keys()


@pytest.mark.parametrize("action", sorted(acts()))
def test_the_words_of_an_act_are_french_on_a_french_page(action):
    with override("en"):
        english = words_of(action)
    with override("fr"):
        assert words_of(action) not in (action, english)


def test_an_act_of_a_former_version_stays_its_code():
    assert words_of("finance.entry.forgotten") == "finance.entry.forgotten"


def test_acts_are_found_by_the_words_they_are_shown_with():
    with override("fr"):
        assert "finance.entry.reversed" in actions_saying("CONTRE-PASS")

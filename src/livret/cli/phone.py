"""`livret phone`: keys of telephone systems, and a system that makes calls up to see the queue at work."""

from __future__ import annotations

import heapq
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from statistics import median
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import click

from livret.cli.platform import actor, with_database
from livret.kernel.errors import Refusal

TIMEOUT_S = 30
LOOK_AGAIN_S = 1.0
UNKNOWN_SHARE, WITHOUT_SHARE = 0.1, 0.2
CODE_DIGITS = 8
STDIN = "-"


class NoAnswer(Refusal):
    """The platform cannot be reached, or refuses the key."""


@click.group()
def phone() -> None:
    """Make keys of telephone systems, and simulate calls."""


@phone.command()
@click.argument("name")
@with_database
def key(name: str) -> None:
    """Make the key by which a telephone system called NAME reports calls; it is printed this once."""
    from livret.care.phone import services
    from livret.core import clock

    click.echo(services.create_key(name, by=actor(), now=clock.now()).token)


@phone.command()
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where Livret is.")
@click.option("--key", "token", required=True, help="The key of the telephone system; - reads it from standard input.")
@click.option(
    "--code", "codes", multiple=True, metavar="DIGITS", help="A call code that exists; as often as there are."
)
@click.option("--called", default="", metavar="NUMBER", help="The line that calls without a code come to.")
@click.option(
    "--technician", "technicians", multiple=True, metavar="EMAIL", help="Who answers; without any, people do."
)
@click.option("--calls", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many calls.")
@click.option("--rate", default=30.0, show_default=True, type=click.FloatRange(0.1, 60_000), help="Calls a minute.")
@click.option("--talk", default=20.0, show_default=True, type=click.FloatRange(0), help="Mean seconds of a call.")
@click.option(
    "--patience", default=120.0, show_default=True, type=click.FloatRange(0), help="Seconds before giving up."
)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same calls.")
def simulate(address: str, token: str, seed: int, **wanted: Any) -> None:
    """Report made-up calls through the API, answer them in the order of the queue, and print what happens.

    Some calls dial a code that exists, some one that does not, some none. Nothing but the API is used.
    """
    secret = sys.stdin.readline().strip() if token == STDIN else token
    plan = Plan(seed=seed, **wanted)
    for line in Simulation(Api(address, secret), plan).run():
        click.echo(line)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate."""

    codes: Sequence[str]
    called: str
    technicians: Sequence[str]
    calls: int
    rate: float
    talk: float
    patience: float
    seed: int


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A call made up: when it comes, in seconds, what it dials, and how long it is spoken."""

    at: float
    code: str
    number: str
    talk: float


def made_up(plan: Plan) -> Iterator[MadeUp]:
    """Yield the calls of *plan*, drawn before anything happens: the same seed makes the same calls."""
    chance, at = random.Random(plan.seed), 0.0  # noqa: S311 - made-up calls, nothing to guess.
    for _ in range(plan.calls):
        talk = chance.expovariate(1 / plan.talk) if plan.talk else 0.0
        yield MadeUp(at, _code(chance, plan.codes), f"06{chance.randrange(10**8):08}", talk)
        at += chance.expovariate(plan.rate / 60)


def _code(chance: random.Random, codes: Sequence[str]) -> str:
    draw = chance.random()
    if draw < UNKNOWN_SHARE:
        return f"{chance.randrange(10**CODE_DIGITS):0{CODE_DIGITS}}"
    if draw < UNKNOWN_SHARE + WITHOUT_SHARE or not codes:
        return ""
    return chance.choice(codes)


@dataclass(frozen=True, slots=True)
class Api:
    """The API of telephone systems at an address."""

    address: str
    token: str

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._ask(path, json.dumps(body).encode())
        return found

    def get(self, path: str) -> Any:
        return self._ask(path, None)

    def _ask(self, path: str, body: bytes | None) -> Any:
        if urlsplit(self.address).scheme not in ("http", "https"):
            raise NoAnswer(f"{self.address} is no address: it begins with http:// or https://")
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Accept-Language": "fr"}
        asked = Request(f"{self.address.rstrip('/')}/api/telephonie/{path}", data=body, headers=headers)  # noqa: S310
        try:
            with urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return json.load(answer)
        except HTTPError as refusal:
            raise NoAnswer(f"{path}: {refusal.code} {refusal.read().decode(errors='replace')[:300]}") from refusal
        except (URLError, OSError, HTTPException, ValueError) as error:
            raise NoAnswer(f"{self.address} does not answer as Livret does: {error}") from error


@dataclass
class Simulation:
    """Calls that arrive by chance, technicians who take the next of the queue, callers who lose patience."""

    api: Api
    plan: Plan
    waiting: dict[str, float] = field(default_factory=dict)
    ends: list[tuple[float, str, str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.made = list(made_up(self.plan))
        self.talks: dict[str, float] = {}
        self.free = list(self.plan.technicians)
        self.run_id = f"sim-{int(time.time())}-{self.plan.seed}"
        self.began = time.monotonic()

    def run(self) -> Iterator[str]:
        """Yield a line for each thing that happens, then the count."""
        for number, call in enumerate(self.made, start=1):
            yield from self._until(call.at)
            yield self._arrive(f"{self.run_id}-{number}", call)
            yield from self._answer()
        while self.waiting or self.ends:
            yield from self._until(self._now() + self._next_look())
        yield from self._summary()

    def _now(self) -> float:
        return time.monotonic() - self.began

    def _next_look(self) -> float:
        """Return how long nothing of our own doing happens; people may answer on the console meanwhile."""
        own = [end for end, _id, _who in self.ends[:1]] + [
            since + self.plan.patience for since in self.waiting.values()
        ]
        return max(min([LOOK_AGAIN_S, *(at - self._now() for at in own)]), 0)

    def _until(self, at: float) -> Iterator[str]:
        """Let time pass until *at*: calls end, people answer, callers give up."""
        while True:
            yield from self._end_spoken()
            yield from self._give_up()
            yield from self._answer()
            if self._now() >= at:
                return
            time.sleep(min(at - self._now(), self._next_look() or LOOK_AGAIN_S / 100))

    def _arrive(self, external_id: str, made: MadeUp) -> str:
        called = "" if made.code else self.plan.called
        call = self.api.post("appels", external_id=external_id, code=made.code, number=made.number, called=called)
        if not call["accepted"]:
            self.outcomes[f"refused: {call['reason']}"] += 1
            clause = f" ({call['clause']})" if call["clause"] else ""
            return self._line(external_id, f"refused: {call['reason']}{clause}", call["say"])
        self.waiting[call["id"]], self.talks[call["id"]] = self._now(), made.talk
        first = f", goes first ({call['clause']})" if call["priority"] else ""
        return self._line(external_id, f"waits at place {call['position']}{first}", call["say"])

    def _answer(self) -> Iterator[str]:
        """Have each free technician answer the first of ours in the queue; else see whom people answered."""
        if self.waiting and not self.plan.technicians:
            yield from self._seen_answered()
        while self.free and self.waiting:
            queue = [one for one in self.api.get("file") if one["id"] in self.waiting]
            if not queue:
                yield from self._seen_answered()
                return
            call = self.api.post(f"appels/{queue[0]['id']}/answered", technician=self.free[0])
            yield self._spoken(call, self.free.pop(0))

    def _seen_answered(self) -> Iterator[str]:
        for call_id in list(self.waiting):
            call = self.api.get(f"appels/{call_id}")
            if call["state"] == "answered":
                yield self._spoken(call, "")
            elif call["state"] != "waiting":
                del self.waiting[call_id]
                self.outcomes[call["state"]] += 1

    def _spoken(self, call: dict[str, Any], technician: str) -> str:
        self.waits.append(self._now() - self.waiting.pop(call["id"]))
        heapq.heappush(self.ends, (self._now() + self.talks[call["id"]], call["id"], technician))
        first = ", first by its plan" if call["priority"] else ""
        return self._line(call["external_id"], f"answered by {call['answered_by']}{first}", "")

    def _end_spoken(self) -> Iterator[str]:
        while self.ends and self.ends[0][0] <= self._now():
            _at, call_id, technician = heapq.heappop(self.ends)
            call = self.api.post(f"appels/{call_id}/ended")
            self.free += [technician] if technician else []
            self.outcomes["answered"] += 1
            yield self._line(call["external_id"], "ended", "")

    def _give_up(self) -> Iterator[str]:
        for call_id, since in list(self.waiting.items()):
            if self._now() - since >= self.plan.patience:
                call = self.api.post(f"appels/{call_id}/ended")
                del self.waiting[call_id]
                self.outcomes["given_up"] += 1
                yield self._line(call["external_id"], "hung up", "")

    def _line(self, external_id: str, what: str, said: str) -> str:
        serial = external_id.rpartition("-")[2]
        return f"{self._now():8.2f} s  call {serial:>4}  {what}" + (f"  « {said} »" if said else "")

    def _summary(self) -> Iterator[str]:
        counted = ", ".join(f"{number} {outcome}" for outcome, number in sorted(self.outcomes.items()))
        yield f"{self.plan.calls} calls: {counted}"
        if self.waits:
            yield f"median wait {median(self.waits):.2f} s, longest {max(self.waits):.2f} s"

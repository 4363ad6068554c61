"""What a page is made of, and the walk along its links."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Container
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse

DATA = {"application/json", "application/ld+json"}


class PageReading(HTMLParser):
    """The parts of a page that have rules: language, title, headings, links, and code or style written inside."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = self.title = ""
        self.headings, self.ids = 0, Counter()
        self.inside: list[str] = []
        self.links: list[str] = []
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.language = given.get("lang", "") if tag == "html" else self.language
        self.headings += tag == "h1"
        self.ids.update([given["id"]] if "id" in given else [])
        self.links += [given["href"]] if tag == "a" and given.get("href") else []
        self.inside += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        self.inside += [f"<{tag} {name}>" for name, value in attrs if (value or "").startswith("javascript:")]
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") not in DATA):
            self.inside.append(f"<{tag}>")
        # A drawing has a title of its own.
        self._in_title = tag == "title" and not self.title

    def handle_data(self, data):
        self.title += data.strip() if self._in_title else ""

    def handle_endtag(self, tag):
        self._in_title = False

    @property
    def faults(self) -> dict[str, object]:
        """What breaks a rule; empty for a page in order."""
        found = {
            "language": "" if self.language in {"fr", "en"} else f"lang={self.language!r}",
            "title": "" if self.title else "no title",
            "headings": "" if self.headings == 1 else f"{self.headings} h1",
            "inside": self.inside,
            "ids": sorted(key for key, count in self.ids.items() if count > 1),
        }
        return {rule: fault for rule, fault in found.items() if fault}


def is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")


def walk(
    start: str, ask: Callable[[str], HttpResponse], *, but: Container[str] = ()
) -> dict[str, tuple[str, HttpResponse]]:
    """Follow every link from *start* on, *but* those of some pages; return by address the page before and its answer.

    Pages are asked once whatever follows the question mark: filters and page numbers are not other places.
    """
    found: dict[str, tuple[str, HttpResponse]] = {}
    waiting = deque([("", start)])
    while waiting:
        origin, address = waiting.popleft()
        path = urlsplit(address).path
        if path in found:
            continue
        response = ask(address)
        found[path] = (origin, response)
        waiting.extend((path, target) for target in _targets(path, response) if path not in but)
    return found


def _targets(path: str, response: HttpResponse) -> list[str]:
    if response.status_code == 302:
        return [urljoin(path, response.headers["Location"])]
    if response.status_code != 200 or not is_page(response):
        return []
    links = (urljoin(path, link) for link in PageReading(response.content.decode()).links)
    return [link for link in links if link.startswith("/") and not link.startswith("/static/")]

"""The reference page of findings, made from the catalogue: `python -m livret.formats.fec.reference > docs/...`."""

from __future__ import annotations

import sys

from .catalogue import catalogue

_HEAD = """# Findings of the FEC check

This page is made from `src/livret/formats/fec/findings.toml`; a test keeps it true.
An **error** makes the file not valid: the administration's tester refuses it, or its books cannot be true or read.
A **warning** leaves it valid: the tester accepts it, the article or good bookkeeping does not; `--strict` refuses it.
An **info** asks for nothing.

“Tester” is the DGFiP's Test Compta Demat; “LPF, art. A47 A-1” is the article of the Livre des procédures fiscales.

| Code | Severity | Rule | Source |
| --- | --- | --- | --- |
"""


def reference_page() -> str:
    """Return the page in Markdown, one row per code."""
    rows = (
        f"| `{kind.code}` | {kind.severity} | {_cell(kind.rule)} | {_cell(kind.source)} |\n"
        for kind in catalogue().values()
    )
    return _HEAD + "".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference_page())

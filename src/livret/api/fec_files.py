"""Checking an accounting file sent by a program."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from ninja import Schema

from livret.formats.fec import check


class Remark(Schema):
    """One finding, with its place."""

    line: int | None
    column: str | None
    code: str
    severity: str
    message: str


class Verdict(Schema):
    """Whether the file may be handed over, and every remark."""

    valid: bool
    findings: list[Remark]


def verdict(file: UploadedFile[bytes], *, strict: bool) -> dict[str, Any]:
    report = check(file, name=file.name)
    return {"valid": report.is_valid(strict=strict), "findings": [finding.as_dict() for finding in report.findings]}

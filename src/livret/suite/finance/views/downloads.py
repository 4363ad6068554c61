"""The books taken away: the FEC of a year with its notice."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance import access
from livret.suite.finance.queries import export

CHARSETS = ("iso-8859-15", "utf-8")
KEPT_IN_MEMORY_BYTES = 4_000_000


@require_safe
@member_required(module="finance", right="read")
def fec(request: MemberRequest, siren: str, year: str) -> FileResponse:
    """Send the FEC; it is written to a file first, so that a failure is an error page and never half a FEC."""
    held = access.year_for(access.company_for(request, siren), year)
    charset = request.GET.get("charset", CHARSETS[0])
    stream = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY_BYTES)  # noqa: SIM115 - closed by the response.
    export.write_fec(held, stream, charset=charset if charset in CHARSETS else CHARSETS[0])
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=export.fec_name(held), content_type="text/plain")


@require_safe
@member_required(module="finance", right="read")
def fec_notice(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    held = access.year_for(access.company_for(request, siren), year)
    name = export.fec_name(held).replace(".txt", "_notice.txt")
    return _attached(export.fec_description(held).encode(), name, "text/plain; charset=utf-8")


def _attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )

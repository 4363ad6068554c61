"""`livret archive verify`: a file is proved from its bytes, or what is wrong is named."""

import io
import zipfile

from click.testing import CliRunner

from livret.cli.archive import archive as command
from livret.core.tenancy.context import inside
from livret.suite.finance.closing.services.archiving import make_archive, open_archive
from livret.suite.finance.closing.services.definitive import close_year
from livret.suite.finance.closing.tests.factories import KEPT, posted, two_years
from livret.suite.finance.tests.factories import ALICE, AT


def archived(environment):
    with inside(environment.place):
        former, _following = two_years()
        posted(former, ("411000", 12_000, "C1"), ("706000", -12_000))
        close_year(former, **KEPT)
        former.refresh_from_db()
        with open_archive(make_archive(former, by=ALICE, at=AT)) as stream:
            return stream.read()


def without(content, name):
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(kept, "w") as box:
        for held in source.namelist():
            if held != name:
                box.writestr(held, source.read(held))
    return kept.getvalue()


def test_each_file_is_proved_and_what_is_wrong_is_named(environment, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    whole, broken, other = tmp_path / "whole.zip", tmp_path / "broken.zip", tmp_path / "other.zip"
    whole.write_bytes(archived(environment))
    broken.write_bytes(without(whole.read_bytes(), "balance.csv"))
    other.write_bytes(b"no zip")

    result = CliRunner().invoke(command, ["verify", str(whole), str(broken), str(other)])

    assert result.exit_code == 1
    assert "whole; 732829320 2025-01-01 to 2025-12-31, 1 entries, 2 lines" in result.output
    assert "missing: balance.csv" in result.output
    assert "unreadable: zip" in result.output

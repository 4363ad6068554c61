"""Where the data of the booklets lies, and how a TOML file is opened: the only input of this package."""

from __future__ import annotations

import tomllib
from pathlib import Path

from livret.kernel.errors import BadData

_PACKAGE = Path(__file__).resolve().parents[1]
_LARGEST_FILE_BYTES = 2_000_000


def default_folder() -> Path:
    """Return the folder of the booklets: inside an installed wheel, else at the root of the repository."""
    installed = _PACKAGE / "data" / "booklets"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "booklets"


def read_toml(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file. Raises BadData when it is missing, unreadable or not TOML."""
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise BadData(str(path), "file", f"larger than {_LARGEST_FILE_BYTES} bytes, which no booklet is")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadData(str(path), "file", f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadData(str(path), "file", f"is not UTF-8 (byte {error.start})") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadData(str(path), "file", f"is not TOML: {error}") from error

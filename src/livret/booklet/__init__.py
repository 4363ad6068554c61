"""PURE: the executable booklet. The two service booklets as typed data, and the rules that their clauses set.

Data: ``library()`` holds every booklet by (id, version); ``listing`` and ``comparison`` read them.
Rules: ``clock`` (business time), ``windows``, ``availability``, ``terms``, ``packs``, ``rights``, ``restore``,
``entitlements``. ``vectors`` runs case files against them. No Django, no clock, no input but the data folder.
"""

from livret.booklet.loader import latest, library, load, load_folder
from livret.booklet.model import Booklet
from livret.booklet.statements import Absent, NotInBooklet, Reading, Stated, applied, required

__all__ = [
    "Absent",
    "Booklet",
    "NotInBooklet",
    "Reading",
    "Stated",
    "applied",
    "latest",
    "library",
    "load",
    "load_folder",
    "required",
]

"""The columns of a FEC: their official names, order, kinds, and which may be blank.

Source: LPF, art. A47 A-1, VII (commercial bookkeeping), VIII (cash bookkeeping); names as mapped by the
administration's tester (DGFiP, Test Compta Demat, version 1_00_08).
"""

from __future__ import annotations

import unicodedata

OFFICIAL = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
CASH = ("DateRglt", "ModeRglt", "NatOp", "IdClient")
SIGNED = ("Montant", "Sens")
KNOWN = (*OFFICIAL, *CASH, *SIGNED)

AMOUNTS = ("Debit", "Credit", "Montant")
DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")

# The tester refuses the file when one of these columns or values is absent ...
BLOCKING = ("EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "EcritureLib")
# ... and only reports the absence of these, which the article wants filled all the same.
REPORTED = ("JournalCode", "JournalLib", "PieceRef", "PieceDate", "ValidDate")


def normalised(name: str) -> str:
    """Return a column name without case, accents, quotes or outer blanks, for comparison."""
    decomposed = unicodedata.normalize("NFKD", name.strip(" \t\"'\ufeff\u00a0"))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


BY_NORMALISED = {normalised(name): name for name in KNOWN}

"""A small fictional FEC, correct to the letter, and ways to spoil it."""

from io import BytesIO

from livret.formats.fec import check, read
from livret.formats.fec.fields import OFFICIAL

NAME = "732829320FEC20241231.txt"

ROWS = (
    "AN|A nouveaux|1|20240101|101300|Capital|||AN2024|20240101|Report à nouveau|0,00|10000,00|||20240101||",
    "AN|A nouveaux|1|20240101|512000|Banque|||AN2024|20240101|Report à nouveau|10000,00|0,00|||20240101||",
    "VE|Ventes|2|20240115|411000|Clients|C0001|Éva|FA-1|20240115|Facture FA-1|1200,00|0,00|AA|20240220|20240115||",
    "VE|Ventes|2|20240115|706000|Prestations|||FA-1|20240115|Facture FA-1|0,00|1000,00|||20240115||",
    "VE|Ventes|2|20240115|445710|TVA collectée|||FA-1|20240115|Facture FA-1|0,00|200,00|||20240115||",
    "AC|Achats|3|20240120|613200|Locations|||F-778|20240120|Loyer de janvier|500,00|0,00|||20240120||",
    "AC|Achats|3|20240120|401000|Fournisseurs|F0001|Bailleur|F-778|20240120|Loyer de janvier|0,00|500,00|||20240120||",
    "BQ|Banque|4|20240220|512000|Banque|||VIR-1|20240220|Règlement FA-1|1200,00|0,00|||20240220||",
    "BQ|Banque|4|20240220|411000|Clients|C0001|Éva|VIR-1|20240220|Règlement FA-1|0,00|1200,00|AA|20240220|20240220||",
    "VE|Ventes|5|20240301|411000|Clients|C0002|Acme|FA-2|20240301|Facture FA-2|920,00|0,00|||20240301|1000,00|USD",
    "VE|Ventes|5|20240301|707000|Marchandises|||FA-2|20240301|Facture FA-2|0,00|920,00|||20240301|1000,00|USD",
)
TEXT = "\r\n".join(("|".join(OFFICIAL), *ROWS, ""))
TABLE = [line.split("|") for line in TEXT.splitlines()]


def encoded(text=TEXT, charset="iso-8859-15"):
    return text.replace("|", "\t").encode(charset)


def table_text(table, *, separator="\t", end="\r\n", charset="iso-8859-15"):
    return "".join(separator.join(row) + end for row in table).encode(charset)


def spoiled(before, after, *, line, charset="iso-8859-15"):
    """Return the file with *before* replaced by *after* in one line (the header is line 1)."""
    lines = TEXT.split("\r\n")
    assert before in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(before, after, 1)
    return encoded("\r\n".join(lines), charset)


def replaced(before, after):
    """Return the file with every *before* replaced by *after*."""
    assert before in TEXT
    return encoded(TEXT.replace(before, after))


def without_column(place):
    return table_text([row[:place] + row[place + 1 :] for row in TABLE])


def checked(content, *, name=NAME, lang="fr"):
    return check(BytesIO(content), name=name, lang=lang)


def lines_of(content):
    return list(read(BytesIO(content)))


def codes(report):
    return {finding.code for finding in report.findings}


def found(report, code):
    return next(finding for finding in report.findings if finding.code == code)

"""OFX 1 (SGML) and OFX 2 (XML): the same tags, closed or not; read as a stream by one reader.

Source: Open Financial Exchange 1.6 and 2.1.1, chapter 11, banking.
"""

from __future__ import annotations

from .reader import read

__all__ = ["read"]

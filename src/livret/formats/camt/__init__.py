"""CAMT.053, the ISO 20022 statement of account, versions .001.02 to .08: read as a stream, never as a tree.

Source: ISO 20022, Bank-to-Customer Cash Management, message camt.053.001.
"""

from __future__ import annotations

from .reader import read

__all__ = ["read"]

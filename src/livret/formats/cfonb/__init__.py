"""CFONB 120, the French statement of account in records of 120 characters.

Source: CFONB, relevé de compte sur support informatique, 120 caractères, July 2004.
"""

from __future__ import annotations

from .reader import read

__all__ = ["read"]

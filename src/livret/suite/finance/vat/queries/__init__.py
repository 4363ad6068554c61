"""What is read of VAT: regimes, codes, returns, the lines behind a box, what is not filed yet."""

from __future__ import annotations

from livret.suite.finance.vat.queries.regimes import code_of, code_of_line
from livret.suite.finance.vat.queries.returns import unfiled_periods

__all__ = ["code_of", "code_of_line", "unfiled_periods"]

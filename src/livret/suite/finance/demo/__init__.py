"""PURE: plausible books of fictional companies, for the demo and the benchmarks. No Django, no clock.

Others may call `companies` (profiles), `books.fiscal_year_books` and `carry.carry_forward`.
Every share, delay and wording here shapes a fiction; what is law (charts, VAT rates) is read from the kernel.
"""

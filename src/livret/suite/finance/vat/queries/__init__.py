"""What is read of VAT: regimes, codes, returns, the lines behind a box, what is not filed yet."""

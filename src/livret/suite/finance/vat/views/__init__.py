"""The pages of VAT."""

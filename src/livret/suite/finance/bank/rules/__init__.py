"""Pure rules of the bank: words of movements, sums of invoices, VAT inside an amount."""

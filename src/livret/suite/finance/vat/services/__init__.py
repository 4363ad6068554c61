"""Setting VAT up, preparing returns, adjusting, filing and settling them."""

"""CLIENT PLANE: VAT codes, returns with the entries behind each box, and their settlement."""

"""VAT as data and arithmetic: forms, codes, accounts, periods. No Django, no clock."""

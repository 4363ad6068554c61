"""The pages of the ledger, by what people come for."""

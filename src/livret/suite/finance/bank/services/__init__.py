"""The verbs of the bank: statements come in, movements are treated, rules are kept."""

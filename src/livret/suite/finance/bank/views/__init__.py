"""The pages of the bank: the queue, movements, files of statements, accounts and rules."""

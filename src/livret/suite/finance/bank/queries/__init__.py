"""What the bank shows: what is left to treat, statements, what the books and the bank say of a day."""

"""The pages of clients, contracts and people: the console's, the customer space's, and those of the door."""

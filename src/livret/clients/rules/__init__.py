"""Pure rules of clients, contracts and people: no Django, no clock."""

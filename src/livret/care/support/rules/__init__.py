"""Pure rules of support: no Django, no clock, no network."""

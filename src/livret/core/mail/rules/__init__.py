"""Pure rules of mail: no Django, no clock, no network."""

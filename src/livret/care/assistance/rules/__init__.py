"""Pure rules of assistance: no Django, no clock, no database."""

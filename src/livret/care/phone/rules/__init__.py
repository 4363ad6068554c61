"""Pure rules of the telephone: order, admission, steps of a call."""

"""CLIENT PLANE: paying suppliers and others by SEPA credit transfer."""

"""CLIENT PLANE: what auditors and accountants ask: questions on lines, proof of the chains, export of everything."""

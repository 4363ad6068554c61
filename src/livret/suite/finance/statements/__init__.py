"""CLIENT PLANE: trial balances, ledgers, official statements, management figures and forecasts, in pages and files."""

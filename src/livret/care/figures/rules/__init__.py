"""Pure rules of figures: periods, shares, forecast, and what a frozen report says."""

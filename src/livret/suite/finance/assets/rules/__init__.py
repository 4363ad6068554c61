"""Pure rules of fixed assets."""

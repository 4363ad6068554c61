"""The pages of customer service and of operations on data."""

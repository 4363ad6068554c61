"""The pages of the knowledge base, on both sides."""

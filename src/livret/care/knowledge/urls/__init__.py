"""The addresses of the knowledge base: `portal` under the customer space, `console` under the console."""

"""The addresses of support: `portal` under the customer space, `console` under the console."""

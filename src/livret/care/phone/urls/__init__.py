"""The addresses of the telephone: `portal` under the customer space, `console` under the console."""

"""The addresses of figures: `portal` under the customer space, `console` under the console."""

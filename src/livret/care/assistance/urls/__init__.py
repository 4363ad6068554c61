"""The addresses of assistance: `portal` under the customer space, `console` under the console."""

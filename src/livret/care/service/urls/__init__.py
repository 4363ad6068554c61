"""The addresses of customer service: `portal` under the customer space, `console` under the console."""

"""The pages of the telephone: `portal` for clients, `console` and `settings` for the publisher."""

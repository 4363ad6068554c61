"""The pages of support: `portal` for the client's people, `console` for the publisher's."""

"""Programs' edge: the REST API with its OpenAPI page, health and metrics."""

"""Tenancy, audit, jobs and outbox, blobs, ui components: what every domain stands on. Imports no domain."""

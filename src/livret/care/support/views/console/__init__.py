"""The console of support: the queue, each request as a desk, and what the publisher sets."""

"""The pages of assistance: `remote_…` beside a request, `web_…` for web sessions, on both sides."""

"""Pages of the source (no session, no cookie, fixed sizes), of handlers, and of holders."""

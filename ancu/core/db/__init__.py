"""Access to PostgreSQL: jobs, history, cursor pagination, prepared SQL and the embedded server."""

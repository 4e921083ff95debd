"""Django's database backend for PostgreSQL, with a memory for outages."""

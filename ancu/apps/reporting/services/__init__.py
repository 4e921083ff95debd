"""Enter, approve, count and close figures; plans, imports, releases and reports."""

"""Pages of those who enter, approve and lead, and what everybody sees."""

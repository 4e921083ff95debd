"""Public pages of the site, and the pages of those who write for it."""

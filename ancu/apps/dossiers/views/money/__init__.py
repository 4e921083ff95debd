"""The pages of fees: the filer's, the counter's, and those a provider and the public meet."""

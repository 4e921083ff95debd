"""The pages of fees: for the filer, the counter, payment providers and the public."""

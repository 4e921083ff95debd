"""Pages for everybody, and for those who keep the ledgers."""

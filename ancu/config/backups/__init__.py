"""The proof that a backup can be restored: a copy is restored beside the database and compared with it."""

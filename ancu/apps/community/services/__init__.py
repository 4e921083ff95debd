"""Acts on the ledger: each makes one entry, whole or not at all."""

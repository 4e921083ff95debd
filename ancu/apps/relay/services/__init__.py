"""Services of the relay: collect declarations, send them, and record decisions about the rest."""

"""Writes of the relay: gathering what was declared, sending it, and what people decide about the rest."""

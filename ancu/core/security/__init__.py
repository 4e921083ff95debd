"""Encryption, tokens, rate limits, fresh sign-in, the privacy register and disclosure control."""

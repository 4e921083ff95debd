"""Queries about copies of personal data and breaches."""

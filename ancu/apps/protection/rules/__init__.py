"""Permissions for copies of personal data and the register of breaches."""

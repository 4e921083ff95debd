"""Writes on copies of personal data and on the register of breaches."""

"""Handle copies of personal data and the register of breaches."""

"""Forms of copies of personal data and of the register of breaches."""

"""What is read of copies of personal data and of breaches."""

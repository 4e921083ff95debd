"""Who may do what with copies of personal data and with the register of breaches."""

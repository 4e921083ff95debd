"""The pages: a person's own requests, the office's work on them, the register of breaches."""

"""Pages of a person's own requests, of the office's work on them, and of the register of breaches."""

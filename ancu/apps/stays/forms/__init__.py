"""Forms of declarations: filters, guests, acts on stays."""

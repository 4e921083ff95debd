"""What the pages of declarations ask: a filter, a guest, an act on a stay."""

"""Programmes as one actor may see them; what came, what went, what is left; what became of a gift."""

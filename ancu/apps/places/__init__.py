"""Administrative units through time: province, district, commune, their mergers and remote areas.

Words: a *unit* is one row per unit and period; its *successor* is what it was merged into; an *area* is a
unit with all that is below it and all that it succeeded. Never: rewritten after a merger, only added to.
"""

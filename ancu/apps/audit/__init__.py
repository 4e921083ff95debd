"""The append-only record of every act and every look at a person's record.

Words: an *event* is one row (who, did what, to whom, why); a *link* seals events into a hash chain.
Never: updated, deleted, joined by foreign key to living data, or filled with personal data.
"""

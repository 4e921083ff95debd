"""One foreigner, many documents and spellings.

Words: an *identity* is one document with one birth date and one spelling, as somebody declared it; a
*traveller* gathers the identities of one person. Never: the stays themselves, nor a judgement.
"""

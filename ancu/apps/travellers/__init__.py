"""One foreigner, many documents and spellings.

Words: an *identity* is one document with one birth date and one spelling, as somebody declared it; a *traveller*
gathers the spellings of one document; a *person* is one or more travellers that joins hold together; a *pair* is two
travellers found alike; a *join* says that a pair is one person, until it is undone. Never: the stays themselves, nor a
judgement.
"""

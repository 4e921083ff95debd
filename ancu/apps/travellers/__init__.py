"""Foreigners as persons, identified by documents and spellings.

An *identity* is one document with one birth date and one spelling, as declared. A *traveller* groups the spellings of
one document. A *person* is one or more travellers connected by joins. A *pair* is two similar travellers. A *join*
states that a pair is one person, until it is undone. Stays and judgements about persons are never stored here.
"""

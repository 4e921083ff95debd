"""`ancu init`: everything between an empty database and an administrator who signs in.

It runs the management commands in their order, and adds what comes before Django can start: the database's roles and
the office's keys. A second run changes nothing and says what is there already.
"""

"""The first page and the one search: what waits for a person, whatever app it is of, and all that he may find.

Words: a task is one thing somebody must do; a pile is all tasks of one kind; a hit is what a search brings up. Owns no
data: apps offer what they have (core.waiting, core.finding). Never shows on the first page the name of anybody who did
not ask to be seen, and never keeps what was searched for.
"""

"""The first page and the one search: what waits for a person, whatever app it is of, and all that he may find.

Words: a task is one thing somebody must do; a pile is all tasks of one kind; a hit is what a search brings up. Owns no
data: the apps register their task groups and searches (``core.registry``). The first page never names anybody who did
not ask to be seen, and no search text is stored.
"""

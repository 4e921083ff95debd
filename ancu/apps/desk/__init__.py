"""The home page of a person's tasks, and the search over everything the person may see.

A task is one thing somebody must do; a task group holds all tasks of one kind; a hit is one search result. Other apps
register their task groups and searches (``core.registry``); the app owns only saved filters and postponements. The home
page never names anybody who did not ask to be seen, and no search text is stored.
"""

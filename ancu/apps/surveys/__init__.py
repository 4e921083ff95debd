"""What people think: one definition becomes a web form, a phone's form and a paper, and their answers become figures.

Words: a *survey* has *versions* of its questions, one of them current; a *channel* is a way in (the open link, or a
unit's own); a *response* is one person's answers; a *sheet* is one printed questionnaire, read or keyed once.
Never: who answered. Neither an address nor a browser is kept, and no code is joined to what was answered with it.
"""

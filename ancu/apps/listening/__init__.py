"""What the public asks for, in a room, by telephone, on paper or here; who owes an answer; and whether it was kept.

Words: a *petition* is one matter of one petitioner, whichever way it came; its *unit in charge* owes the answer; a
*promise* is what a unit said it would do, and by when; a *verdict* is the petitioner's word on an answer.
Never: a petition with the unit or person complained of, a name on a public page, silence counted as consent.
"""

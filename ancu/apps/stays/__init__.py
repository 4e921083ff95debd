"""Declarations: submissions, stays, corrections, departures, receipts, confirmations of stay.

Words: a *submission* is one act of declaring; a *stay* is one person at one establishment; a *receipt* is
the submission's number and hash; a *confirmation* is the commune's paper about a stay. Never: a receipt without
durable rows, a correction that erases, an answer to a stranger but yes or no.
"""

"""Declarations: submissions, stays, corrections, departures, receipts.

Words: a *submission* is one act of declaring; a *stay* is one person at one establishment; a *receipt* is
the submission's number and hash. Never: a receipt without durable rows, a correction that erases.
"""

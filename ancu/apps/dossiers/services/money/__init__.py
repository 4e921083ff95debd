"""Fees: the day's rate, what is owed, what came in by which way, and the receipts.

Locks are taken in one order everywhere: dossiers by their ids, then the receipts' series. Whoever settles a fee
holds its dossier's row, so that of cash, transfer and provider at the same moment one pays and the others are told.
"""

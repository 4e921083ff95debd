"""Fees: daily rates, charges, payments and receipts.

Locks are taken in one order: dossiers by id, then the receipt series. A payment locks its dossier, so that of
concurrent cash, transfer and provider payments one succeeds and the others are refused.
"""

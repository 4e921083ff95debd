"""Payments between the office and its bank: the QR code a payer scans, and the bank's statements.

    transfer_code(bank_bin=…, account=…, vnd=4092000, text="HBP…")   # what a VietQR says
    read_statement(data)            # CSV, XLSX, XLS or a web page called .xls → credits, and what could not be read
    distinct(credits, marks)        # each transfer once, whatever number the bank gave it
    dong_in_words(4092000)          # as a receipt writes it

Pure Python: no Django, no database.
"""

from ancu.engines.bank.statement import (
    BankTransfer,
    Credit,
    StatementFile,
    UnreadableRow,
    distinct,
    read_statement,
    storage_reference,
    transfer_identity,
)
from ancu.engines.bank.vietqr import checksum, transfer_code
from ancu.engines.bank.words import dong_in_english, dong_in_words

__all__ = [
    "BankTransfer",
    "Credit",
    "StatementFile",
    "UnreadableRow",
    "checksum",
    "distinct",
    "dong_in_english",
    "dong_in_words",
    "read_statement",
    "storage_reference",
    "transfer_code",
    "transfer_identity",
]

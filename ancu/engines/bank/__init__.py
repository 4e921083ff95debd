"""What passes between the office and its bank: the code a payer scans, and the statement the bank gives back.

    transfer_code(bank_bin=…, account=…, vnd=4092000, text="HBP…")   # what a VietQR says
    read_statement(data)            # CSV, XLSX, XLS or a web page called .xls → credits, and what could not be read
    dong_in_words(4092000)          # as a receipt writes it

Pure Python: no Django, no database.
"""

from ancu.engines.bank.statement import Credit, Statement, Unread, read_statement
from ancu.engines.bank.vietqr import checksum, transfer_code
from ancu.engines.bank.words import dong_in_words

__all__ = ["Credit", "Statement", "Unread", "checksum", "dong_in_words", "read_statement", "transfer_code"]

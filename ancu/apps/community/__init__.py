"""What people give and who receives it: a double-entry ledger of money, goods and hours, from donor to household.

Words: a *programme* has a purpose, an area and a period; an *entry* is one act whose *legs* sum to zero for each item;
a *lot* is what came in by one gift or purchase, and every leg that takes out names the lot it takes from.
Never: an entry changed or deleted (it is reversed), a stock below nothing, a recipient's name on a public page.
"""

"""What the office and the people write to each other, and the letters and text messages that leave the house.

Words: a *thread* hangs on a *subject* of an app above, which says who is who on it (``rules.Subject``); a
*side note* stays among the office; a *notification* is one email or SMS to one person, a *bell* one line
of his list in the page, a *push* an empty sign to one of his devices. Never: a message
changed or deleted, a notification sent twice, an address or a text in a log.
"""

"""What cannot wait for a conversation: a lodging's quick report to the duty officer, and what the office tells many.

Words: a *report* is acknowledged by an officer of the area, at a time the lodging sees; a *broadcast* goes to every
active lodging of an area and kind, and each *receipt* says whether it was read and confirmed there.
Never: what a report says (that is a message of its thread), nor a broadcast changed once it is sent.
"""

"""Webhooks: notify hotel programs of acts, and log what was sent.

Words: a *webhook* is an address that hears of some *events*; a *delivery* is one message to it, tried until it arrives.
Never: the guests' data (stays): a message holds ids, references, states and counts, the rest is fetched by the API.
"""

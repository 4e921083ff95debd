"""When a row came into being, as the database counts its transactions."""

from django.db import models
from django.db.models import Func


class FeedStamp(Func):
    """The transaction's place in the feed of changes: its number, plus what another server had counted before.

    Transactions end in another order than they begin, so a program reads only what lies before every one still
    running (``selectors/feed.py``). A number of its own from a sequence would let a slow one hide its change.
    """

    template = "(stays_feed_stamp())"
    output_field = models.BigIntegerField()

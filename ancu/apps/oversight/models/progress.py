"""How far what was declared and changed has been looked at."""

from django.db import models

from ancu.core.security.privacy import privacy


class Progress(models.Model):
    """The one mark: everything stamped before it has been looked at (``core.db.feed_stamp``)."""

    mark = models.BigIntegerField()
    looked_at = models.DateTimeField()

    privacy = privacy(plain="id mark looked_at")

    def __str__(self) -> str:
        return f"up to {self.mark}"

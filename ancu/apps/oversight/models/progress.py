"""How far declarations and changes have been evaluated."""

from django.db import models

from ancu.core.security.privacy import privacy


class EvaluationProgress(models.Model):
    """A single row: every record stamped before ``mark`` has been evaluated (``core.db.feed_stamp``)."""

    mark = models.BigIntegerField()
    looked_at = models.DateTimeField()

    privacy = privacy(plain="id mark looked_at")

    def __str__(self) -> str:
        return f"up to {self.mark}"

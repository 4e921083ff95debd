"""Filters of the task page that a person has saved, and tasks that an officer has postponed."""

from django.db import models

from ancu.apps.accounts.models import Organisation, User
from ancu.core.security.privacy import Keep, privacy


class TaskFilter(models.Model):
    """A saved filter of the task page under the person's own name for it, for the work in one organisation.

    ``ask`` is a value of ``Ask``, ``group`` the key of a task group, ``words`` must all stand in a task, ``grouping``
    and ``sorting`` are values of the enums of that name; each may be empty. The words may name a person: a filter is
    deleted a while after it was saved.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    ask = models.CharField(max_length=10, blank=True, default="")
    group = models.CharField(max_length=40, blank=True, default="")
    words = models.CharField(max_length=60, blank=True, default="")
    grouping = models.CharField(max_length=10, blank=True, default="")
    sorting = models.CharField(max_length=10, blank=True, default="")
    saved_on = models.DateField()

    privacy = privacy(
        personal=dict.fromkeys(["name", "words"], Keep.SAVED_WORDS),
        plain="id user organisation ask group grouping sorting saved_on",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation", "name"], name="task_filter_name")]

    def __str__(self) -> str:
        return self.name


class PostponedTask(models.Model):
    """A task that an officer has set aside until a day, for the work in one organisation; nobody else's list changes.

    ``group`` and ``task`` are the keys of its group and of the task itself. It returns before the day when its
    ``stage`` changes. The row is deleted after that day.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    group = models.CharField(max_length=40)
    task = models.CharField(max_length=200)
    stage = models.CharField(max_length=40, blank=True, default="")
    until = models.DateField()

    privacy = privacy(plain="id user organisation group task stage until")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "group", "task"], name="postponed_task_once")
        ]

    def __str__(self) -> str:
        return f"{self.task}, {self.until.isoformat()}"

"""An organisation's list of foreign workers: add, change, remove, import."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.selectors import require_edition
from ancu.apps.audit.services import record
from ancu.apps.dossiers.models import ForeignWorker
from ancu.apps.dossiers.rules.workers import may_keep_workers
from ancu.apps.dossiers.selectors.workers import editable_values, get_worker, visible_workers
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import store
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.security.privacy import Keep

PURPOSE = "workers"
PREVIEW_RETENTION = timedelta(days=1)
TWICE = "worker_twice"  # code of the Conflict
BATCH = 500

WorkerKey = tuple[str, str]  # nationality and passport number


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerDetails:
    """What an organisation states about a foreign worker."""

    full_name: str
    nationality: str
    passport_number: str
    passport_until: date
    sex: str = ""
    birth_date: str = ""
    position: str = ""
    phone: str = ""
    symbol: str = ""
    card_number: str = ""
    card_until: date | None = None
    visa_number: str = ""
    visa_until: date | None = None
    permit_number: str = ""
    permit_until: date | None = None

    @property
    def key(self) -> WorkerKey:
        """What tells the workers of an organisation apart: nationality and passport number."""
        return self.nationality, self.passport_number


@dataclass(frozen=True)
class ImportOutcome:
    """What importing a row does: ``worker`` is the one on the list already; ``changed`` names the differing fields."""

    details: WorkerDetails
    worker: ForeignWorker | None
    changed: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether the row adds a worker."""
        return self.worker is None


@dataclass(frozen=True)
class ImportedWorkers:
    """The workers of an import in the order of its rows, and how many were added and changed."""

    ids: tuple[int, ...]
    added: int
    changed: int


@transaction.atomic
def add_worker(actor: Actor, *, details: WorkerDetails) -> ForeignWorker:
    """Add a worker to the organisation's list; Conflict ``worker_twice`` if the passport is on it already."""
    _lock_list(actor)
    _require_single(actor, details)
    return _create(actor, details)


@transaction.atomic
def change_worker(actor: Actor, *, worker: ForeignWorker, details: WorkerDetails, edition: str = "") -> ForeignWorker:
    """Change a worker on the organisation's list.

    Conflict when somebody changed it since the page showed ``edition``, or another worker has this passport.
    """
    _lock_list(actor)
    current = get_worker(actor, worker.pk)
    require_edition(actor, edition, editable_values(current), current)
    _require_single(actor, details, Q(pk=current.pk))
    _update(actor, current, asdict(details))
    return current


@transaction.atomic
def remove_worker(actor: Actor, *, worker: ForeignWorker) -> None:
    """Delete a worker from the organisation's list at once; dossiers about the person stay."""
    current = get_worker(actor, worker.pk)
    record(actor, "dossiers.worker_removed", current)
    current.delete()


def store_for_preview(actor: Actor, *, data: bytes, name: str) -> StoredFile:
    """Store an uploaded list of workers for its preview, for a day. Raises FileRefused."""
    require(may_keep_workers(actor))
    return store(
        actor,
        data=data,
        name=name[:200],
        purpose=PURPOSE,
        organisation_id=actor.organisation_id,
        delete_after=clock.now() + PREVIEW_RETENTION,
    )


def preview_import(actor: Actor, rows: Sequence[WorkerDetails]) -> list[ImportOutcome]:
    """Return what importing each of these rows would do now; nothing is stored.

    An empty cell leaves what the list has.
    """
    existing = {(worker.nationality, worker.passport_number): worker for worker in _with_passports(actor, rows)}
    return [_outcome(details, existing.get(details.key)) for details in rows]


@transaction.atomic
def import_workers(actor: Actor, *, rows: Sequence[WorkerDetails]) -> ImportedWorkers:
    """Add the workers of a file that are new, and change those that are on the list.

    The rows name different passports. Repeating the import changes nothing.
    """
    _lock_list(actor)
    ids, added, changed = [], 0, 0
    for outcome in preview_import(actor, rows):
        worker = outcome.worker
        if worker is None:
            worker = _create(actor, outcome.details)
            added += 1
        elif outcome.changed:
            _update(actor, worker, {name: getattr(outcome.details, name) for name in outcome.changed})
            changed += 1
        ids.append(worker.pk)
    record(actor, "dossiers.workers_imported", _list_of(actor), added=added, changed=changed, rows=len(rows))
    return ImportedWorkers(tuple(ids), added, changed)


def _list_of(actor: Actor) -> tuple[str, object]:
    """Return the subject of audit events about the whole list of the actor's organisation."""
    return "dossiers.workers", actor.organisation_id


def _lock_list(actor: Actor) -> None:
    """Require that the actor keeps a list, and lock it until the commit: two members may add the same worker."""
    require(may_keep_workers(actor))
    Organisation.objects.select_for_update().get(pk=actor.organisation_id or 0)


def _require_single(actor: Actor, details: WorkerDetails, own: Q | None = None) -> None:
    """Raise Conflict ``worker_twice`` if a worker on the list has this passport; ``own`` is the one being changed."""
    same = visible_workers(actor).filter(nationality=details.nationality, passport_number=details.passport_number)
    twin = (same.exclude(own) if own else same).first()
    if twin is not None:
        sentence = _("%(name)s has this passport and is already on your list.")
        raise Conflict(TWICE, sentence % {"name": twin.full_name})


def _create(actor: Actor, details: WorkerDetails) -> ForeignWorker:
    """Store a new worker with its audit event."""
    worker = ForeignWorker.objects.create(
        organisation_id=actor.organisation_id or 0,
        saved_at=clock.now(),
        saved_by_id=actor.user_id or 0,
        **asdict(details),
    )
    record(actor, "dossiers.worker_added", worker)
    return worker


def _update(actor: Actor, worker: ForeignWorker, values: Mapping[str, Any]) -> None:
    """Store new values of a worker with an audit event that names the changed fields."""
    changed = sorted(name for name, value in values.items() if getattr(worker, name) != value)
    for name, value in values.items():
        setattr(worker, name, value)
    worker.saved_at, worker.saved_by_id = clock.now(), actor.user_id or 0
    worker.save()
    record(actor, "dossiers.worker_changed", worker, fields=changed)


def _with_passports(actor: Actor, rows: Sequence[WorkerDetails]) -> list[ForeignWorker]:
    """Return the workers on the list whose passport numbers the rows name."""
    return list(visible_workers(actor).filter(passport_number__in=[details.passport_number for details in rows]))


def _outcome(details: WorkerDetails, worker: ForeignWorker | None) -> ImportOutcome:
    """Return what importing a row does, given the worker on the list; only filled cells change something."""
    if worker is None:
        return ImportOutcome(details, None)
    differing = [name for name, value in asdict(details).items() if value and getattr(worker, name) != value]
    return ImportOutcome(details, worker, tuple(differing))


# ---- the end of retention ------------------------------------------------------------------------------


def delete_outdated(actor: Actor) -> int:
    """Delete workers last saved, and whose last paper ended, more than ``Keep.WORKER`` ago; return their number."""
    before = clock.now() - timedelta(days=Keep.WORKER.value)
    last_end = Greatest("passport_until", "card_until", "visa_until", "permit_until")
    outdated = ForeignWorker.objects.alias(last_end=last_end).filter(
        saved_at__lt=before, last_end__lt=clock.local(before).date()
    )
    count = 0
    while keys := list(outdated.order_by("saved_at", "pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            ForeignWorker.objects.filter(pk__in=keys).delete()
            record(actor, "dossiers.redact", ("dossiers.foreignworker", "batch"), workers=len(keys))
        count += len(keys)
    return count

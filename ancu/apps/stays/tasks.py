from uuid import UUID

from procrastinate.contrib.django import app

from ancu.apps.stays.services import devices, ontime, presence, program_files, retention, uploads, verifying
from ancu.apps.stays.services.undeclared import redact_undeclared
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import SLOW, every_day_at, retry_stalled


@app.task(name="stays.read_upload", queue="files", retry=retries.WATCHED)
def read_upload(upload_id: str) -> None:
    """Job: read a large file of guests that a person has sent, for its preview."""
    uploads.read_upload(UUID(upload_id))


@app.task(name="stays.declare_upload", queue="files", retry=retries.WATCHED)
def declare_upload(upload_id: str, membership_id: int) -> None:
    """Job: declare a large file of guests that the person with this membership has confirmed."""
    uploads.declare_upload(UUID(upload_id), membership_id)


@app.task(name="stays.declare_file", queue="files", retry=retries.WATCHED)
def declare_file(upload_id: str) -> None:
    """Job: read and declare a large file of guests that a program has sent."""
    program_files.declare_file(UUID(upload_id))


@app.periodic(cron=every_day_at(3, 17))
@app.task(name="stays.redact", queueing_lock="stays.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily: empty or delete old stays, responses, uploads, undeclared rows, confirmations and phones."""
    actor = system("stays.redact")
    for act in (
        retention.redact_stays,
        retention.redact_answers,
        retention.redact_uploads,
        redact_undeclared,
        retention.redact_confirmations,
        devices.redact_devices,
    ):
        act(actor)


@app.periodic(cron="* * * * *")
@app.task(name="stays.resume_uploads", queueing_lock="stays.resume_uploads", retry=retries.SOON)
async def resume_uploads(timestamp: int) -> None:
    """Every minute: start again the jobs on uploads whose worker died. Reading and declaring may run twice."""
    await retry_stalled("files")


@app.periodic(cron="*/10 * * * *")
@app.task(name="stays.gather_presence", queueing_lock="stays.gather_presence", retry=retries.SOON)
def gather_presence(timestamp: int) -> None:
    """Every ten minutes: gather the changes of presence into days and weeks. Idempotent."""
    presence.gather()


@app.periodic(cron="7 * * * *")
@app.task(name="stays.count_on_time", queueing_lock="stays.count_on_time", retry=retries.SOON, **SLOW)
def count_on_time(timestamp: int) -> None:
    """Hourly: count anew, by lodging, the declarations of the last thirty days and the late ones (``OnTime``)."""
    ontime.recount_on_time()


@app.periodic(cron=every_day_at(2, 40))
@app.task(name="stays.find_moves", queueing_lock="stays.find_moves", retry=retries.SOON, **SLOW)
def find_moves(timestamp: int) -> None:
    """Nightly: find the guests who came to a lodging from another unit. Idempotent."""
    presence.find_moves()


@app.periodic(cron=every_day_at(5, 17))
@app.task(name="stays.verify_receipts", queueing_lock="stays.verify_receipts", retry=retries.SOON, **SLOW)
def verify_receipts(timestamp: int) -> None:
    """Nightly job: verify the hash of every receipt against its stays. Idempotent."""
    verifying.check_receipts()

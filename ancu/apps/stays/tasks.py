from uuid import UUID

from procrastinate.contrib.django import app

from ancu.apps.stays.services import uploads


@app.task(name="stays.read_upload", queue="files")
def read_upload(upload_id: str) -> None:
    uploads.read_upload(UUID(upload_id))


@app.task(name="stays.declare_upload", queue="files")
def declare_upload(upload_id: str, membership_id: int) -> None:
    uploads.declare_upload(UUID(upload_id), membership_id)

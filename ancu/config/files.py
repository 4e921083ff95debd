"""Where stored files lie: in a folder of this machine, or in an object store that several machines share."""

from typing import Any

from ancu.config.env import env

FOLDER = {"BACKEND": "ancu.core.db.file_storage.DurableStorage"}


def files_storage() -> dict[str, Any]:
    """Return Django's entry for stored files: the folder, or the bucket that ``FILES_S3_BUCKET`` names."""
    bucket = env.str("FILES_S3_BUCKET", "")
    if not bucket:
        return FOLDER
    options = {
        "bucket_name": bucket,
        "endpoint_url": env.str("FILES_S3_ENDPOINT", "") or None,
        "region_name": env.str("FILES_S3_REGION", "") or "us-east-1",  # the name that stores without regions expect
        "access_key": env.str("FILES_S3_ACCESS_KEY", ""),
        "secret_key": env.str("FILES_S3_SECRET_KEY", ""),
    }
    return {"BACKEND": "ancu.core.db.object_storage.ObjectStorage", "OPTIONS": options}

"""Stored files in an S3-compatible object store: machines share them without a shared disk."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from ancu.core.db.outages import StoreAway

Method = TypeVar("Method", bound=Callable[..., Any])
TRANSIENT = frozenset({"InternalError", "OperationAborted", "RequestTimeout", "ServiceUnavailable", "SlowDown"})

CALLS = Config(
    connect_timeout=3, read_timeout=6, retries={"total_max_attempts": 2, "mode": "standard"},
    signature_version="s3v4", s3={"addressing_style": "path"},
    # What other stores than Amazon's know; every file is verified by its own SHA-256.
    request_checksum_calculation="when_required", response_checksum_validation="when_required",
)  # fmt: skip
"""How the store is called: a page that waits for a lost store answers within ten seconds or so."""
TRANSFERS = TransferConfig(multipart_threshold=64 * 1024 * 1024, use_threads=False)
"""One request a file: each is in memory anyway, and a transfer in parts that is cut off leaves them in the store."""


def _reporting_outage(method: Method) -> Method:
    """Decorate a storage method so that it raises StoreAway when the store cannot answer now."""

    @wraps(method)
    def guarded(*args: Any, **options: Any) -> Any:
        """Call the storage method; errors that pass by themselves become StoreAway."""
        try:
            return method(*args, **options)
        except ClientError as error:
            if not _is_transient(error):
                raise
            raise StoreAway(type(error).__name__) from error
        except BotoCoreError as error:
            raise StoreAway(type(error).__name__) from error

    return guarded  # type: ignore[return-value]


def _is_transient(error: ClientError) -> bool:
    """Whether the store refused a request that it may accept later."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response.get("Error", {}).get("Code") in TRANSIENT


class ObjectStorage(S3Storage):  # type: ignore[misc]  # the library has no types
    """The library's storage on S3, with the methods of ``file_storage.DurableStorage``.

    The store confirms a file once it holds it durably. Every method raises StoreAway while the store cannot answer.
    """

    def get_default_settings(self) -> dict[str, Any]:
        """Return the library's settings, with ours for calls."""
        own = {"client_config": CALLS, "transfer_config": TRANSFERS, "file_overwrite": False}
        return dict(super().get_default_settings()) | own

    @_reporting_outage
    def _open(self, name: str, mode: str = "rb") -> File:  # type: ignore[type-arg]
        """Return the file, whole in memory; raises FileNotFoundError if there is none."""
        with super()._open(name, mode) as stored:
            return ContentFile(stored.read(), name=name)

    @_reporting_outage
    def _save(self, name: str, content: Any) -> str:
        """Store the content under this name; return the name."""
        saved: str = super()._save(name, content)
        return saved

    @_reporting_outage
    def delete(self, name: str) -> None:
        """Delete the file; nothing happens if there is none."""
        super().delete(name)

    @_reporting_outage
    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return bool(super().exists(name))

    @_reporting_outage
    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the files directly under ``path``."""
        folders, files = super().listdir(path)
        return folders, files

    @_reporting_outage
    def get_modified_time(self, name: str) -> datetime:
        """Return when the file was stored; raises FileNotFoundError if there is none."""
        try:
            moment: datetime = super().get_modified_time(name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            raise FileNotFoundError(name) from error
        return moment

    def move(self, name: str, to: str) -> None:
        """Rename a stored file: copied first, so that a crash leaves it at least once."""
        self._copy(name, to)
        self.delete(name)

    @_reporting_outage
    def replace(self, name: str, data: bytes) -> None:
        """Put ``data`` in the place of a stored file, at once."""
        self.bucket.Object(self._key(name)).put(Body=data)

    def set_times(self, name: str, moment: datetime) -> None:
        """Do nothing: the store sets a file's time itself (see ``renew_times``)."""

    def renew_times(self, name: str) -> None:
        """Have the store set the file's time anew, so that it no longer shows when the file came."""
        self._copy(name, name)

    @_reporting_outage
    def accepts_files(self) -> bool:
        """Whether the bucket answers. Raises StoreAway if not."""
        self.connection.meta.client.head_bucket(Bucket=self.bucket_name)
        return True

    @_reporting_outage
    def _copy(self, name: str, to: str) -> None:
        """Copy a stored file within the store; onto itself too, which needs metadata to be replaced."""
        source = {"Bucket": self.bucket_name, "Key": self._key(name)}
        self.bucket.Object(self._key(to)).copy_from(CopySource=source, MetadataDirective="REPLACE")

    def _key(self, name: str) -> str:
        """Return the store's key of a file's name."""
        key: str = self._normalize_name(name)
        return key

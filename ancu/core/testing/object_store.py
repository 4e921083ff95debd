"""An S3-compatible object store on loopback, and the settings that lead to it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import boto3
from moto.server import ThreadedMotoServer

KEY = "test-key"


@contextmanager
def running_store() -> Iterator[tuple[ThreadedMotoServer, dict[str, Any]]]:
    """Yield a running store with an empty bucket, and the entry of STORAGES for it; stop the store at the end."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        options = {
            "bucket_name": f"files-{uuid4().hex[:8]}", "endpoint_url": f"http://{host}:{port}",
            "region_name": "us-east-1", "access_key": KEY, "secret_key": KEY,
        }  # fmt: skip
        client = boto3.client(
            "s3", endpoint_url=options["endpoint_url"], region_name="us-east-1", aws_access_key_id=KEY,
            aws_secret_access_key=KEY,
        )  # fmt: skip
        client.create_bucket(Bucket=options["bucket_name"])
        yield server, {"BACKEND": "ancu.core.db.object_storage.ObjectStorage", "OPTIONS": options}
    finally:
        server.stop()

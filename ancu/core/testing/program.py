"""A program that calls the API in tests: its own client and key, JSON both ways."""

import json
from typing import Any

from django.test import Client


class Program:
    """A program with a key, as a hotel or an organisation runs it: ``call`` gives (status, JSON)."""

    def __init__(self, secret: str | None) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request to the API with the program's key; return the response."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, f"/api/v1/{path}", data, "application/json", headers={**self.headers, **headers}
        )

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send a request to the API with the program's key; return status and parsed JSON."""
        response = self.raw(method, path, body, **headers)
        assert response["Content-Type"].startswith("application/json"), response.content
        return response.status_code, json.loads(response.content)

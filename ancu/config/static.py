"""Serve static files with WhiteNoise."""

from typing import Any

from django.http import HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Answer 404 for a file that was removed since the server started.

    WhiteNoise lists the files when it starts. Files collected anew under a running server replace those of another
    content, which have another name; a page from before still asks for them.
    """

    def serve(self, static_file: Any, request: HttpRequest) -> Any:
        """Return the static file; 404 if it was removed since the server started."""
        try:
            return WhiteNoiseMiddleware.serve(static_file, request)
        except FileNotFoundError:
            return self.get_response(request)

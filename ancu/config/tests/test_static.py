"""Static files: one that was removed under a running server is a page that does not exist, not a fault."""

from django.http import HttpResponseNotFound
from django.test import RequestFactory

from ancu.config.static import StaticFilesMiddleware


def test_a_file_removed_since_the_server_started_is_not_there(tmp_path, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    collected = tmp_path / "parts.0a1b.css"
    collected.write_text("a {}")
    server = StaticFilesMiddleware(lambda _request: HttpResponseNotFound())
    server.add_file_to_dictionary("/static/parts.0a1b.css", str(collected))
    request = RequestFactory().get("/static/parts.0a1b.css")
    present = server(request)
    assert b"".join(present.streaming_content) == b"a {}"
    present.file_to_stream.close()  # closing the answer would close the tests' connection too
    collected.unlink()
    assert server(request).status_code == 404

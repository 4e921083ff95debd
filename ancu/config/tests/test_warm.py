import gc
from collections.abc import Iterator

import pytest

from ancu.config import warm


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_a_worker_compiles_every_template_before_its_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not compile stops the start, not the person who opens its page first."""
    compiled, compile_one = [], warm.get_template
    monkeypatch.setattr(warm, "get_template", lambda name: compiled.append(compile_one(name).origin.template_name))
    warm.warm()
    assert {"base.html", "ui/field.html", "stays/declare.html", "dossiers/office/queue.html"} <= set(compiled)
    assert gc.get_freeze_count() > 100_000

"""Tools every test may use, and the guards that make the suite hostile (``ancu.core.testing``).

The database is a real PostgreSQL, started when none is given. Migrations run once for all workers and runs:
every test database is cloned from a template that is made again when a migration changes.
"""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from ancu.core.testing import any_text, suite_clock, suite_guards, suite_speed, template_database
from ancu.core.testing.shared_fixture import Make, SharedFixture
from ancu.core.translations import compile_all

# How long it takes to invent an example says how busy the machine is, not whether the program is right.
hypothesis.settings.register_profile("ancu", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("ancu")


pytest_plugins = ["ancu.core.testing.query_counts"]
suite_clock.start()  # before any test module asks what day it is


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        compile_all()  # before Django reads a catalogue


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: looking it through for garbage took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> None:
    """Each worker has its own database, cloned from the template."""
    with django_db_blocker.unblock():
        template_database.use()


@pytest.fixture(scope="session", autouse=True)
def _guards() -> Iterator[None]:
    with (
        suite_guards.no_network(),
        suite_guards.no_undefined_variables(),
        suite_guards.careful_client(),
        any_text.odd_texts_in_documents(),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _once() -> Iterator[None]:
    with suite_speed.static_files_scanned_once(), suite_speed.migrated_rows_kept():
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Stored files and unlocked keys lie in folders of this run: a test that is killed leaves nothing in ``var``."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("stored")
    with override_settings(MEDIA_ROOT=folder / "files", TIPS_MEMORY=str(folder / "unlocked")):
        yield


@pytest.fixture(autouse=True)
def _default_language() -> None:
    """Start each test in the default language; a request of an earlier test leaves its own language active."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def _shipped_rules() -> Iterator[None]:
    """End each test with the rulebook's files alone; a test that approves a change is rolled back."""
    from ancu.core.rule_edition import READER, QuietEditionReader
    from ancu.engines.rulebook import set_amendments

    yield
    set_amendments(())
    if isinstance(READER, QuietEditionReader):
        READER.keep()


@pytest.fixture(autouse=True)
def _no_loop_of_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """The browser of an earlier journey waits within its event loop; who runs one of his own must not find it."""
    loop = None if "browser" in request.fixturenames else asyncio._get_running_loop()
    if loop is None:
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[SharedFixture]:
    """See ``ancu.core.testing.shared_fixture``; a test asks for ``world`` or ``shared_data``."""
    stage = SharedFixture()
    yield stage
    with django_db_blocker.unblock():
        stage.clear()


def _asked_for(request: pytest.FixtureRequest) -> Make | None:
    """What the test finds laid out: by its mark, else the personas if it names them."""
    from ancu.apps.lodging.tests.factories import make_world

    mark = request.node.get_closest_marker("stage")
    if mark and "shared_data" in request.fixturenames:
        make: Make = mark.kwargs["make"]
        return make
    return make_world if "world" in request.fixturenames else None


@pytest.fixture
def _set_stage(
    request: pytest.FixtureRequest, _no_loop_of_the_browser: None, stage: SharedFixture, django_db_blocker: Any
) -> None:
    """Whoever commits, or asks for nothing, finds an empty database. Not before the browser's loop is out of the way:
    within it Django keeps other connections, and what the test did on its own would stay for all that follow."""
    mark = request.node.get_closest_marker("django_db")
    commits = mark is not None and mark.kwargs.get("transaction")
    make = None if commits or {"transactional_db", "live_server"} & {*request.fixturenames} else _asked_for(request)
    with django_db_blocker.unblock():
        stage.set(make)


@pytest.fixture
def _django_db_helper(_set_stage: None, _django_db_helper: None) -> None:
    """pytest-django's transaction of one test, which begins once the stage is set."""


@pytest.fixture
def _forgotten() -> None:
    """The process remembers areas by primary key, which now means the same in the next test."""
    from ancu.apps.places.selectors import area_ids

    area_ids.cache_clear()


@pytest.fixture
def world(db: None, stage: SharedFixture, _forgotten: None) -> Any:
    """The personas of all tests; see ``ancu.apps.lodging.tests.factories``."""
    from ancu.apps.lodging.tests.factories import make_world

    return stage.take(make_world)


@pytest.fixture
def shared_data(
    request: pytest.FixtureRequest, db: None, stage: SharedFixture, _forgotten: None, tmp_path: Path, settings: Any
) -> Any:
    """What the function in ``@pytest.mark.stage(make=…)`` returns; its files are in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return stage.take(request.node.get_closest_marker("stage").kwargs["make"], tmp_path)

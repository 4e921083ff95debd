"""`ancu init`: keys, wrong connections, and what a superuser is given. The whole start: tests/test_first_start.py."""

import stat
from pathlib import Path

import pytest

from ancu.config.first_start import server
from ancu.config.first_start.command import main
from ancu.config.first_start.errors import FirstStartFailed
from ancu.config.first_start.keys import MAKERS, ensure_keys
from ancu.engines.signed_heads import public_key_of

APP, OWNER = "postgresql://ancu_app:pässwort@db/ancu", "postgresql://ancu_owner:it's@db/ancu"


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*MAKERS, *(f"{name}_FILE" for name in MAKERS)):
        monkeypatch.setenv(name, "")  # recorded, so that what ensure_keys sets is taken back
        monkeypatch.delenv(name)


def test_missing_keys_are_written_for_their_owner_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = ensure_keys(tmp_path / "keys", is_database_in_use=False)
    assert [(key.name, key.is_new) for key in keys] == [(name, True) for name in MAKERS]
    files = {path.name: path for path in (tmp_path / "keys").iterdir()}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert len({path.read_text() for path in files.values()}) == len(MAKERS)
    assert all(len(files[name].read_text()) > 50 for name in ("SECRET_KEY", "FILES_KEY", "RECEIPTS_KEY"))
    assert keys[-1].public_half == public_key_of(files["AUDIT_SIGNING_KEY"].read_text().strip())
    assert capsys.readouterr().out == ""


def test_a_second_run_changes_no_key(tmp_path: Path) -> None:
    ensure_keys(tmp_path, is_database_in_use=False)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert not any(key.is_new for key in ensure_keys(tmp_path, is_database_in_use=True))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_key_of_the_environment_or_of_a_named_file_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x" * 60)
    monkeypatch.setenv("FILES_KEY_FILE", str(tmp_path / "elsewhere" / "files"))
    keys = {key.name: key for key in ensure_keys(tmp_path / "keys", is_database_in_use=False)}
    assert (keys["SECRET_KEY"].path, keys["SECRET_KEY"].is_new) == (None, False)
    assert (tmp_path / "elsewhere" / "files").is_file()
    assert not (tmp_path / "keys" / "SECRET_KEY").exists()


def test_a_database_in_use_gets_no_new_key_of_what_it_stores(tmp_path: Path) -> None:
    with pytest.raises(FirstStartFailed, match="SECRET_KEY, FILES_KEY, RECEIPTS_KEY cannot be found"):
        ensure_keys(tmp_path, is_database_in_use=True)
    assert list(tmp_path.iterdir()) == []


def test_without_a_place_for_keys_nothing_is_written() -> None:
    with pytest.raises(FirstStartFailed, match="--keys-folder"):
        ensure_keys(None, is_database_in_use=False)


def test_a_key_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    ensure_keys(tmp_path, is_database_in_use=False)
    (tmp_path / "FILES_KEY").chmod(0o644)
    with pytest.raises(FirstStartFailed, match="chmod 600"):
        ensure_keys(tmp_path, is_database_in_use=True)


@pytest.mark.parametrize(
    ("app", "owner", "sentence"),
    [
        (APP, APP, "DATABASE_OWNER_URL must connect as ancu_owner; it names ancu_app"),
        (OWNER, OWNER, "DATABASE_URL must connect as ancu_app"),
        (APP, "postgresql://ancu_owner@db/another", "must name the same database"),
    ],
)
def test_wrong_roles_are_refused(app: str, owner: str, sentence: str) -> None:
    with pytest.raises(FirstStartFailed, match=sentence):
        server.require_roles(server.Urls(app, owner))


def test_a_server_that_is_not_there_is_one_clear_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ancu_app:s3cret@127.0.0.1:1/ancu")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://ancu_owner:s3cret@127.0.0.1:1/ancu")
    assert main([]) == 1
    complaint = capsys.readouterr().err
    assert "cannot be reached by DATABASE_OWNER_URL" in complaint
    assert "s3cret" not in complaint


def test_the_superusers_statements_quote_passwords_and_names() -> None:
    statements = server.statements(server.Urls(APP.replace("/ancu", '/an"cu'), OWNER.replace("/ancu", '/an"cu')))
    assert "ALTER ROLE \"ancu_owner\" PASSWORD 'it''s';" in statements
    assert '\\connect "an""cu"' in statements

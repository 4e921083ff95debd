"""Settings read from the environment: secrets from files, and errors that name the variable and not its value."""

import pytest
from environs import EnvValidationError

from ancu.config.env import env


def test_a_text_may_come_from_a_file(monkeypatch, tmp_path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.setenv("SMS_GATE_TOKEN_FILE", str(tmp_path / "key"))
    assert env.str("SMS_GATE_TOKEN", "") == "s3cret"


@pytest.mark.parametrize(("read", "value"), [(env.bool, "maybe-s3cret"), (env.int, "s3cret")])
def test_a_wrong_value_is_refused_by_the_variables_name(monkeypatch, read, value) -> None:
    monkeypatch.setenv("SIGNATURE_LINK_DAYS", value)
    with pytest.raises(EnvValidationError, match="SIGNATURE_LINK_DAYS") as refusal:
        read("SIGNATURE_LINK_DAYS", 14)
    assert "s3cret" not in str(refusal.value)


def test_a_list_is_split_at_commas_and_trimmed(monkeypatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "ancu.example.gov.vn, 10.0.0.7")
    assert env.list("ALLOWED_HOSTS", [], subcast=str.strip) == ["ancu.example.gov.vn", "10.0.0.7"]

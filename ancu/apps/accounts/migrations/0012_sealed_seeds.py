"""Encrypts the seeds of second factors and recovery codes that lie in the library's table."""

from typing import Any

from django.db import migrations

from ancu.apps.accounts.services.factors import CODES, SEEDS, seal_seed
from ancu.core.security.encryption import TEXT_MARK


def seal_seeds(apps: Any, schema_editor: Any) -> None:
    """Also continues a run that was interrupted: what is encrypted already stays as it is."""
    authenticator = apps.get_model("mfa", "Authenticator")
    for row in authenticator.objects.exclude(type="webauthn").iterator():
        data = dict(row.data)
        for name in SEEDS:
            if name in data:
                data[name] = _sealed(data[name])
        if CODES in data:
            data[CODES] = [_sealed(text) for text in data[CODES]]
        if data != row.data:
            authenticator.objects.filter(pk=row.pk).update(data=data)


def _sealed(text: str) -> str:
    return text if text.startswith(f"{TEXT_MARK}:") else seal_seed(text)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_proposal_basis_is_a_digest"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal_seeds, migrations.RunPython.noop)]

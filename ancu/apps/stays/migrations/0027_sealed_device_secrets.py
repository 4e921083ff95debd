"""Encrypts what opens the queues of phones."""

from typing import Any

from django.db import migrations

from ancu.core.security.encryption import SECRETS, seal_secret


def seal_secrets(apps: Any, schema_editor: Any) -> None:
    """Also continues a run that was interrupted: what is encrypted already stays as it is."""
    devices = apps.get_model("stays", "Device").objects
    for device in devices.exclude(secret=None).iterator():
        if not bytes(device.secret).startswith(SECRETS.mark):
            sealed = seal_secret(bytes(device.secret), f"stays_device.{device.pk}")
            devices.filter(pk=device.pk).update(secret=sealed)


class Migration(migrations.Migration):
    dependencies = [("stays", "0026_dismissal_of_repeated")]

    operations = [migrations.RunPython(seal_secrets, migrations.RunPython.noop)]

import pytest
from django.core.cache import cache

from ancu.core import limits


@pytest.fixture(autouse=True)
def _own_places(settings, tmp_path) -> None:
    """Sealed files and unlocked keys of one test are its own, and nobody has used up a limit."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.TIPS_MEMORY = str(tmp_path / "memory")
    limits._unwritten.clear()
    cache.clear()

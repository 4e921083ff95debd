import pytest
from django.core.cache import cache

from ancu.core.security import rate_limits


@pytest.fixture(autouse=True)
def _own_places(settings, tmp_path) -> None:
    """Sealed files and unlocked keys of one test are its own, and nobody has used up a limit."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.TIPS_MEMORY = str(tmp_path / "memory")
    rate_limits._unwritten.clear()
    cache.clear()

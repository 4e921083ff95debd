"""What is emptied when its time is over, and what its history still tells."""

from datetime import timedelta

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.history import replay
from ancu.apps.dossiers.services.retention import redact_dossiers
from ancu.apps.dossiers.tests.factories import make_cast, make_draft
from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.security.privacy import REDACTED, Keep


def test_a_draft_nobody_wrote_in_is_emptied_and_its_history_adds_up(world: World) -> None:
    make_cast(world)
    old, recent = make_draft(world), make_draft(world)
    papers = set(old.components.values_list("file", flat=True))
    long_ago = clock.now() - timedelta(days=Keep.IDLE_DRAFT.value + 1)
    Dossier.objects.filter(pk=old.pk).update(saved_at=long_ago)
    assert redact_dossiers(system("test")) == 1
    old.refresh_from_db()
    assert (old.state, old.full_name, old.answers) == (State.WITHDRAWN, REDACTED, {})
    assert not StoredFile.objects.filter(pk__in=papers).exists()
    assert replay(old.events.order_by("sequence")).state == State.WITHDRAWN
    assert Dossier.objects.get(pk=recent.pk).state == State.DRAFT

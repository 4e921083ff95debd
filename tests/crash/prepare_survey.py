"""python -m tests.crash.prepare_survey: an open survey in this house's database; prints the address of its link."""

from types import SimpleNamespace

import django

if __name__ == "__main__":
    django.setup()
    from ancu.apps.accounts.models import User
    from ancu.apps.accounts.selectors import actor_for
    from ancu.apps.lodging.tests.factories import make_world
    from ancu.apps.surveys.tests.factories import make_survey

    if not User.objects.filter(full_name="Rosa").exists():
        make_world()
    rosa = actor_for(User.objects.get(full_name="Rosa"))
    survey = make_survey(SimpleNamespace(actor=lambda _name: rosa))
    print(f"/s/{survey.channels.get(unit=None).slug}/")

"""python -m tests.crash.prepare: the personas' province in this house's database; prints a token of Alice's lodging."""

import django

if __name__ == "__main__":
    django.setup()
    from ancu.apps.lodging.services import create_token
    from ancu.apps.lodging.tests.factories import make_world
    from ancu.core.actor import system

    lodging = make_world().lodging
    lodging.beds = None  # more guests than beds would have to be confirmed
    lodging.save()
    print(create_token(system("crash"), establishment=lodging, name="hotel program")[1])

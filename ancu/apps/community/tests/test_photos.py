"""Photos: clean and small, and none shows a person to everybody without consent."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from ancu.apps.community.models import ProgrammePhoto
from ancu.apps.community.services import photos
from ancu.apps.community.tests.factories import ProgrammeBook, make_photo, make_programme
from ancu.apps.community.tests.test_planning import of, text
from ancu.apps.files.services import FileRefused, read_bytes
from ancu.apps.lodging.tests.factories import make_world
from ancu.core.errors import Http404
from ancu.engines.papers.tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_world)]


@pytest.mark.slow
def test_a_face_that_the_program_sees_needs_consent_whatever_the_officer_says(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    photo = make_photo(book, samples.jpeg(samples.face((1800, 2700))), shows_people=False)
    data = read_bytes(photo.file)
    assert samples.SECRET not in data and Image.open(BytesIO(data)).width <= photos.WIDTH
    assert photo.face_found and photo.shows_people
    page, public = f"/office/community/{book.programme.pk}/photos/", f"/community/{book.programme.pk}/"
    assert "Write who agreed" in text(quynh.post(f"{page}{photo.pk}/show/", {"consent": " "}, follow=True))
    for change in ({"public": True}, {"shows_people": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProgrammePhoto.objects.update(**change)
    anybody = shared_data.client()
    assert anybody.get(f"{public}photos/{photo.pk}.jpg").status_code == 404
    assert quynh.get(f"{page}{photo.pk}.jpg")["Content-Type"] == "image/jpeg"
    quynh.post(f"{page}{photo.pk}/show/", {"consent": "Bà Dở, 25/11/2026, trước mặt trưởng bản"})
    public_image = anybody.get(f"{public}photos/{photo.pk}.jpg")
    assert public_image.status_code == 200 and public_image["Cache-Control"] == "no-store"
    assert f"photos/{photo.pk}.jpg" in text(anybody.get(public)) and "Bà Dở" not in text(anybody.get(public))
    quynh.post(f"{page}{photo.pk}/hide/")
    assert anybody.get(f"{public}photos/{photo.pk}.jpg").status_code == 404


@pytest.mark.slow
def test_a_photo_is_of_its_programme_and_files_that_are_none_are_refused(shared_data):
    book, elsewhere_programme, quynh = (
        ProgrammeBook(shared_data),
        make_programme(shared_data),
        shared_data.client("quynh"),
    )
    photo = make_photo(book, samples.jpeg())
    with pytest.raises(Http404):
        photos.hide(actor=book.actor, programme_id=elsewhere_programme.pk, photo_id=photo.pk)
    assert quynh.get(f"/office/community/{elsewhere_programme.pk}/photos/{photo.pk}.jpg").status_code == 404
    elsewhere = ProgrammeBook(shared_data)
    elsewhere.give(elsewhere.of("vnd", 1))
    with pytest.raises(Http404):
        photos.add(**of(book, data=samples.jpeg(), caption="x", shows_people=False, consent="",
                        entry_id=elsewhere.programme.entries.get().pk))  # fmt: skip
    with pytest.raises(FileRefused):
        make_photo(book, b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    page = f"/office/community/{book.programme.pk}/photos/"
    answer = quynh.post(page, {"file": SimpleUploadedFile("a.jpg", b"no picture"), "caption": "Trao bò"})
    assert answer.status_code == 422 and 'value="Trao bò"' in text(answer)

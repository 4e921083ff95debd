"""Channels of a survey: the open link, a link and QR code for each unit, and one-time codes on paper."""

import base64
import io
from pathlib import Path

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.surveys.models import Survey, SurveyChannel, SurveyCode
from ancu.apps.surveys.selectors.answering import code_digest
from ancu.apps.surveys.selectors.surveys import get_own
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.documents.reference_numbers import new_reference
from ancu.core.errors import Conflict, Http404

DOCUMENTS = Path(__file__).parent.parent / "documents"
MOST_CODES = 2000


def create_open_link(survey: Survey) -> SurveyChannel:
    """Create the survey's channel that belongs to no unit."""
    return SurveyChannel.objects.create(survey=survey, slug=new_reference("K"))


def address(channel: SurveyChannel) -> str:
    """Return the absolute web address at which the channel's survey starts."""
    return settings.PUBLIC_URL + reverse("surveys:start", args=[channel.slug])


def qr_svg(text: str) -> str:
    """Return a QR code of the text as SVG."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", xmldecl=False, border=1, omitsize=True)
    return out.getvalue().decode()


def _unit_in_area(actor: Actor, unit_id: int) -> AdministrativeUnit:
    """Return a unit of the actor's area, or 404."""
    unit = AdministrativeUnit.objects.filter(pk=unit_id, pk__in=actor.area).first()
    if unit is None:
        raise Http404
    return unit


@transaction.atomic
def add_channel(*, actor: Actor, survey_id: int, unit_id: int, population: int | None = None) -> SurveyChannel:
    """Create a unit's link; for an existing one, set the population. 404 for a unit outside the actor's area."""
    survey = get_own(actor, survey_id)
    unit = _unit_in_area(actor, unit_id)
    channel, created = SurveyChannel.objects.get_or_create(
        survey=survey, unit=unit, defaults={"slug": new_reference("K"), "population": population}
    )
    if not created and population is not None:
        channel.population = population
        channel.save(update_fields=["population"])
    record(actor, "surveys.channel", survey, unit=unit.pk)
    return channel


def poster(actor: Actor, survey_id: int, channel_id: int) -> bytes:
    """Return a PDF poster with the link and QR code of the channel."""
    survey = get_own(actor, survey_id)
    channel = survey.channels.select_related("unit").filter(pk=channel_id).first()
    if channel is None:
        raise Http404
    link = address(channel)
    data = _survey_words(survey) | {"unit": channel.unit.full_name if channel.unit else "", "link": link}
    return render_pdf(DOCUMENTS / "poster.typ", data, images={"qr": qr_svg(link)})


def _survey_words(survey: Survey) -> dict[str, str]:
    """Return the survey's titles and the name of its agency for a printed page, by name."""
    return {"title_vi": survey.title_vi, "title_en": survey.title_en, "agency": survey.agency.name}


@transaction.atomic
def print_codes(*, actor: Actor, survey_id: int, count: int, channel_id: int) -> bytes:
    """Create one-time codes and return them as slips to cut out; they are stored nowhere else in plain text."""
    survey = get_own(actor, survey_id)
    channel = survey.channels.select_related("unit").filter(pk=channel_id).first()
    if channel is None:
        raise Http404
    if not 1 <= count <= MOST_CODES:
        raise Conflict("count", _("Print from 1 to 2,000 codes at a time."))
    codes = [new_reference("") for _number in range(count)]
    SurveyCode.objects.bulk_create(
        SurveyCode(survey=survey, unit=channel.unit, digest=code_digest(survey, code)) for code in codes
    )
    record(actor, "surveys.codes", survey, count=count, unit=channel.unit_id)
    link = address(channel)
    slips = [{"code": f"{code[:3]} {code[3:6]} {code[6:]}", "qr": f"qr{place}"} for place, code in enumerate(codes)]
    data = _survey_words(survey) | {
        "unit": channel.unit.full_name if channel.unit else "",
        "link": link,
        "slips": slips,
    }
    images = {f"qr{place}": qr_svg(f"{link}?c={code}") for place, code in enumerate(codes)}
    return render_pdf(DOCUMENTS / "codes.typ", data, images=images)


def data_uri(svg: str) -> str:
    """Return the SVG as a data URI for an ``img`` tag."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()

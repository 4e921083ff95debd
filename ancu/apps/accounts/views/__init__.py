"""Invitations, memberships, the person's own page and language."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from ancu.apps.accounts import rules, selectors, services
from ancu.apps.accounts.forms import (
    InviteForm,
    OpenAccountForm,
    ProfileForm,
    SponsorForm,
    SponsorJoinForm,
    TokenForm,
)
from ancu.apps.accounts.selectors.limits import MemberRow, limits_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.forms import AccountForm
from ancu.core.forms.editing import EditPage
from ancu.core.security import tokens
from ancu.core.security.fresh_sign_in import is_fresh, redirect_to_confirm
from ancu.core.security.rate_limits import RateLimitUse, allow, limit_posts
from ancu.core.security.tokens import digest_of
from ancu.core.templatetags.ui import possible_from
from ancu.core.web.http import Request, is_same_origin, local_path
from ancu.core.web.language import LANGUAGE_NAMES, OTHER_LANGUAGE, note_choice, set_language_cookie

MEMBERSHIP = "membership"  # in the session; config.middleware asks for it
OPENINGS_AN_HOUR = 10
LETTERS_AN_HOUR = 3
INVITATIONS_AN_HOUR = 20
TOO_MANY_LETTERS = gettext_lazy("Too many emails were sent within an hour. You can send this email from %(when)s.")
OWN = "own"  # the first of one's own, as at sign-in


@require_POST
def invite(request: Request) -> HttpResponse:
    """Show the form to invite a person to the organisation, and send the invitation."""
    require(rules.may_invite(request.actor))
    if not is_fresh(request):
        return redirect_to_confirm(request)
    form = InviteForm(request.POST, prefix="invite", roles=rules.roles_to_give(request.actor))
    if not form.is_valid():
        return _invite_form_page(request, form)
    if not (use := _may_send_letter(request, form.cleaned_data["email"])):
        form.add_error("email", TOO_MANY_LETTERS % {"when": possible_from(use.until)})
        return _invite_form_page(request, form)
    try:
        services.invite(request.actor, **form.cleaned_data)
    except Conflict as conflict:
        form.add_error("email", conflict.message)
        return _invite_form_page(request, form)
    messages.success(request, _("We have sent an email with the link to %(email)s.") % form.cleaned_data)
    return _redirect_to_people(request)


def _may_send_letter(request: Request, email: str) -> RateLimitUse:
    """Count an invitation letter and return whether the hourly limits allow it, by sender and by address.

    The limits prevent that an invented organisation writes to many people, or often to the same person.
    """
    written = allow("invite", str(request.actor.organisation_id), limit=INVITATIONS_AN_HOUR)
    return written and allow("invite-letter", email.lower(), limit=LETTERS_AN_HOUR)


def _invite_form_page(request: Request, form: InviteForm) -> HttpResponse:
    """Show the invitation form with its errors."""
    return render(request, "accounts/invite.html", {"form": form, "cancel_url": _people_url(request)}, status=422)


def _people_url(request: Request) -> str:
    """Return the URL of the page with the organisation's people: the lodging's or the organisation's own."""
    return reverse("lodging:mine" if request.actor.is_lodging else "accounts:organisation")


def _redirect_to_people(request: Request) -> HttpResponse:
    """Redirect to the page with the organisation's people."""
    return redirect(_people_url(request))


@require_POST
def resend(request: Request, pk: int) -> HttpResponse:
    """Send the letter of an invitation again, with a new link; the old link stops working."""
    require(rules.may_invite(request.actor))
    invitation = selectors.get_invitation(request.actor, pk)
    if use := _may_send_letter(request, invitation.email):
        services.resend_invitation(request.actor, invitation=invitation)
        messages.success(request, _("We have sent a new email. The old link no longer works."))
    else:
        messages.error(request, TOO_MANY_LETTERS % {"when": possible_from(use.until)})
    return _redirect_to_people(request)


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    """Withdraw an invitation to the organisation; its link stops working."""
    require(rules.may_invite(request.actor))
    services.revoke_invitation(request.actor, invitation=selectors.get_invitation(request.actor, pk))
    messages.success(request, _("You have withdrawn the invitation. Its link no longer works."))
    return _redirect_to_people(request)


@require_POST
def end_membership(request: Request, pk: int) -> HttpResponse:
    """End a person's membership of the organisation."""
    require(rules.may_invite(request.actor))
    membership = selectors.get_membership(request.actor, pk)
    require(rules.may_end(request.actor, membership))
    if not is_fresh(request):
        return redirect_to_confirm(request)
    services.end_membership(request.actor, membership=membership)
    messages.success(request, _("%(name)s no longer acts for you here.") % {"name": membership.user.full_name})
    return _redirect_to_people(request)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@limit_posts("invitation", limit=20)
def invitation(request: Request, secret: str) -> HttpResponse:
    """Show the page of an invitation's link, on which the invited person joins; 404 for every invalid link."""
    invitation = selectors.invitation_by_digest(digest_of(secret))
    if invitation is None or not rules.is_open(invitation):
        return render(request, "accounts/invitation_gone.html", status=404)
    if request.user.is_authenticated:
        return _join(request, invitation)
    if selectors.user_by_email(invitation.email) is not None:
        return render(request, "accounts/invitation_sign_in.html", {"invitation": invitation})
    return _join_as_new(request, invitation)


def _join(request: Request, invitation: Any) -> HttpResponse:
    """Show the invitation to a signed-in person, who joins by a button if the letter was sent to that person."""
    if selectors.get_user(request.actor.user_id or 0).email.lower() != invitation.email:
        return render(request, "accounts/invitation_other.html", {"invitation": invitation}, status=403)
    if request.method == "POST":
        membership = services.accept_invitation(invitation, selectors.get_user(request.actor.user_id or 0))
        return _act_in(request, membership)
    return render(request, "accounts/invitation.html", {"invitation": invitation})


def _join_as_new(request: Request, invitation: Any) -> HttpResponse:
    """Let a person without an account choose a password and join."""
    form = AccountForm(request.POST or None)
    if invitation.full_name:  # two administrators confirmed it: whoever opens the link takes no other name
        del form.fields["full_name"]
    if request.method == "POST" and form.is_valid():
        values = {"full_name": invitation.full_name} | form.cleaned_data
        membership = services.accept_as_new(invitation, language=get_language() or "vi", **values)
        services.sign_in(request, membership.user)
        return _act_in(request, membership)
    return render(request, "accounts/invitation.html", {"invitation": invitation, "form": form})


def _act_in(request: Request, membership: Any, onward: str = "") -> HttpResponse:
    """Switch the session to the joined membership and redirect to ``onward`` or the home page."""
    request.session[MEMBERSHIP] = membership.pk
    messages.success(request, _("You now act for %(name)s.") % {"name": membership.organisation.name})
    return redirect(onward or "home")


# ---- the page of an organisation that sponsors ---------------------------------------------------------


@never_cache
@require_safe
def organisation(request: Request) -> HttpResponse:
    """Show the organisation's people and API keys."""
    return _organisation_page(request)


def _organisation_page(
    request: Request, *, token_form: TokenForm | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    """Render the organisation's page; ``secret`` is the text of an API key that was just created."""
    actor = request.actor
    require(rules.is_of_sponsor(actor))
    leads = rules.may_invite(actor)
    context = {
        "manages": leads,
        "people": [
            MemberRow(member, rules.may_end(actor, member), limits_of(member), rules.may_set_limits(actor, member))
            for member in selectors.members(actor)
        ],
        "invitations": list(selectors.invitations(actor)) if leads else [],
        "invite_form": InviteForm(prefix="invite", roles=rules.roles_to_give(actor)),
        "may_keep_tokens": rules.may_manage_tokens(actor),
        "tokens": list(selectors.organisation_tokens(actor)) if rules.may_manage_tokens(actor) else [],
        "token_form": token_form or TokenForm(prefix="token"),
        "secret": secret,
        "now": clock.now(),
        "today": clock.today(),
        "soon": tokens.remind_until(),
    }
    return render(request, "accounts/organisation.html", context, status=status)


@never_cache
@require_POST
def create_token(request: Request) -> HttpResponse:
    """Create an API key of the organisation and show its text, once."""
    require(rules.may_manage_tokens(request.actor))
    if not is_fresh(request):
        return redirect_to_confirm(request)
    form = TokenForm(request.POST, prefix="token")
    if not form.is_valid():
        return _organisation_page(request, token_form=form, status=422)
    try:
        _token, secret = services.create_token(request.actor, **form.cleaned_data)
    except Conflict as refused:
        form.add_error(None, str(refused.message))
        return _organisation_page(request, token_form=form, status=409)
    return _organisation_page(request, secret=secret)


@require_POST
def revoke_token(request: Request, pk: int) -> HttpResponse:
    """Revoke an API key of the organisation."""
    require(rules.may_manage_tokens(request.actor))
    services.revoke_token(request.actor, token=selectors.get_organisation_token(request.actor, pk))
    messages.success(request, _("The key no longer works."))
    return redirect("accounts:organisation")


# ---- an account of one's own ---------------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_posts("open", limit=OPENINGS_AN_HOUR)
def open_account(request: Request, *, sponsor: bool = False) -> HttpResponse:
    """Show and receive the form that requests an account, which is opened by the link in a letter.

    The answer is the same whether the address has an account or not.
    """
    onward = local_path(request.GET.get("next", ""))[:200]
    if request.user.is_authenticated:
        return redirect(_with_next("accounts:sponsor", onward) if sponsor else onward or "home")
    form = OpenAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if allow("open-letter", email.lower(), limit=LETTERS_AN_HOUR):  # nobody's letter box is filled from here
            services.request_opening(email=email, sponsor=sponsor, language=get_language() or "vi", onward=onward)
        return redirect("accounts:open-sent")
    return render(request, "accounts/open.html", {"form": form, "sponsor": sponsor, "onward": onward})


def _with_next(name: str, onward: str) -> str:
    """Return the URL of the view ``name``, which redirects to ``onward`` afterwards ("" for none)."""
    return reverse(name, query={"next": onward} if onward else None)


@login_not_required
@require_safe
def open_sent(request: Request) -> HttpResponse:
    """Show that a letter was sent, in the same words whether or not the address has an account."""
    return render(request, "accounts/open_sent.html")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@limit_posts("opening", limit=20)
def opening(request: Request, token: str) -> HttpResponse:
    """Show and receive the form of a letter's link, which creates an account; for a sponsor also its organisation."""
    letter = services.read_opening(token)
    if letter is None or selectors.user_by_email(letter.email) is not None:
        return render(request, "accounts/opening_gone.html", status=404)
    email, sponsor = letter.email, letter.sponsor
    form: Any = (SponsorJoinForm if sponsor else AccountForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = services.open_account(
            email=email,
            language=get_language() or "vi",
            organisation=form.organisation if sponsor else None,
            **(form.person if sponsor else form.cleaned_data),
        )
        if user is None:
            return render(request, "accounts/opening_gone.html", status=404)
        services.sign_in(request, user)
        return redirect(letter.onward or "home")
    return render(request, "accounts/opening.html", {"form": form, "email": email, "sponsor": sponsor})


@require_http_methods(["GET", "HEAD", "POST"])
def sponsor(request: Request) -> HttpResponse:
    """Show and receive the form by which a signed-in person registers a sponsoring organisation."""
    require(rules.may_found_sponsor(request.actor))
    form = SponsorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        membership = services.found_sponsor(selectors.get_user(request.actor.user_id or 0), **form.cleaned_data)
        return _act_in(request, membership, local_path(request.GET.get("next", "")))
    return render(request, "accounts/sponsor.html", {"form": form})


@require_POST
def switch(request: Request) -> HttpResponse:
    """Switch the session to another own membership, or to a represented colleague's; 404 for any other id."""
    membership_id = request.POST.get("membership", "")
    chosen = None if membership_id == OWN else selectors.membership_to_act_in(request.actor, membership_id)
    before = request.session.session_key or ""
    request.session.cycle_key()
    services.move_session(request.actor.user_id or 0, before, request.session.session_key or "")
    request.session[MEMBERSHIP] = chosen
    request.session.pop("establishment", None)
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    """Show and save the person's name, phone and language, with links to password and second factor."""
    user = selectors.get_user(request.actor.user_id or 0)
    edit = EditPage(
        request.POST or None,
        partial(_profile_form, user.chosen_language, request.actor),
        selectors.profile_values(user),
    )
    if edit.form.is_bound and edit.form.is_valid():
        try:
            services.update_profile(request.actor, edition=edit.edition, **edit.form.cleaned_data)
        except Conflict as refused:
            user = selectors.get_user(user.pk)
            edit.overtake(refused, selectors.profile_values(user))
        else:
            messages.success(request, _("Your data has been saved."))
            response = redirect("accounts:profile")
            set_language_cookie(response, edit.form.cleaned_data["language"])
            return response
    memberships = list(selectors.open_memberships(user.pk))
    context = {"form": edit.form, "edit": edit, "person": user, "memberships": memberships}
    return render(request, "accounts/profile.html", context, status=409 if edit.overtaken else 200)


def _profile_form(language: str, actor: Actor, data: Any, initial: dict[str, Any]) -> ProfileForm:
    """Return the form for name, phone and language; ``language`` is preselected unless ``initial`` has another.

    Officers and lodgings, whose pages exist in Vietnamese and English, choose between these.
    """
    languages = OTHER_LANGUAGE if actor.is_agency or actor.is_lodging else LANGUAGE_NAMES
    return ProfileForm(data, initial={"language": language, **initial}, languages=tuple(languages))


@csrf_exempt  # its button stands on every page, and a token would set a cookie on each of them
@login_not_required
@require_POST
def set_language(request: Request) -> HttpResponse:
    """Set the language by Django's view, and save the choice in the person's account, now or at sign-in."""
    if not is_same_origin(request):
        raise PermissionDenied
    language, response = request.POST.get("language", ""), django_set_language(request)
    if language not in LANGUAGE_NAMES:
        return response
    if request.user.is_authenticated:
        services.save_language(request.actor.user_id or 0, language)
    else:
        note_choice(response, language)
    return response

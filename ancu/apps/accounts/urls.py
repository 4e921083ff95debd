"""Our own pages of accounts; those of sign-in and second factor are allauth's, listed in ``config.signin_urls``."""

from django.urls import path

from ancu.apps.accounts import views
from ancu.apps.accounts.views import address, administration, failed_jobs, leave, limits, officers, sessions

app_name = "accounts"
urlpatterns = [
    path("open", views.open_account, name="open"),
    path("open/sponsor", views.open_account, {"sponsor": True}, name="open-sponsor"),
    path("open/sent", views.open_sent, name="open-sent"),
    path("open/<str:token>", views.opening, name="opening"),
    path("sponsor", views.sponsor, name="sponsor"),
    path("profile", views.profile, name="profile"),
    path("sessions", sessions.sessions, name="sessions"),
    path("sessions/end-others", sessions.end_others, name="end-others"),
    path("sessions/<int:pk>/end", sessions.end, name="end-session"),
    path("email/cancel", address.cancel_change, name="cancel-address-change"),
    path("email/<str:token>", address.address_link, name="address-link"),
    path("leave", leave.leave, name="leave"),
    path("leave/<int:pk>/end", leave.end_leave, name="end-leave"),
    path("switch", views.switch, name="switch"),
    path("organisation", views.organisation, name="organisation"),
    path("organisation/tokens", views.create_token, name="create-token"),
    path("organisation/tokens/<int:pk>/revoke", views.revoke_token, name="revoke-token"),
    path("invite", views.invite, name="invite"),
    path("invitations/<int:pk>/resend", views.resend, name="resend"),
    path("invitations/<int:pk>/revoke", views.revoke, name="revoke"),
    path("invitations/<str:secret>", views.invitation, name="invitation"),
    path("members/<int:pk>/limits", limits.limits, name="limits"),
    path("members/<int:pk>/end", views.end_membership, name="end-membership"),
]

ADMINISTRATION = [
    path("", administration.officers, name="officers"),
    path("officers/<int:pk>/", administration.officer, name="officer"),
    path("officers/<int:pk>/role/", officers.give_role, name="give-role"),
    path("officers/<int:pk>/reset-factor/", officers.propose_reset, name="reset-factor"),
    path("officers/<int:pk>/unlock/", officers.propose_unlock, name="unlock"),
    path("officers/<int:pk>/lock/", officers.lock, name="lock"),
    path("officers/<int:pk>/end/", officers.end_officer, name="end-officer"),
    path("roles/<int:pk>/move/", officers.move, name="move"),
    path("roles/<int:pk>/confirm/", officers.confirm_role, name="confirm-role"),
    path("roles/<int:pk>/end/", officers.end_role, name="end-role"),
    path("invite/", officers.invite, name="invite"),
    path("invitations/<int:pk>/revoke/", officers.revoke_invitation, name="revoke-invitation"),
    path("proposals/", officers.proposals, name="proposals"),
    path("proposals/<int:pk>/refuse/", officers.refuse, name="refuse"),
    path("proposals/<int:pk>/<slug:decision>/", officers.decide, name="decide"),
    path("agencies/", administration.agencies, name="agencies"),
    path("jobs/", failed_jobs.failed_jobs, name="failed-jobs"),
    path("jobs/retry/", failed_jobs.retry_kind, name="retry-jobs"),
    path("jobs/<int:pk>/retry/", failed_jobs.retry, name="retry-job"),
    path("agencies/<int:pk>/rename/", administration.rename_agency, name="rename-agency"),
    path("agencies/<int:pk>/communes/", administration.change_communes, name="change-communes"),
    path("agencies/<int:pk>/close/", administration.close_agency, name="close-agency"),
]

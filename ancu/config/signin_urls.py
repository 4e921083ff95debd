"""The pages of allauth in use, under its own names. Sign-up is closed (config.signin)."""

from allauth.account import views as account
from django.urls import include, path, re_path

from ancu.apps.accounts.views import address
from ancu.config import signin_phone
from ancu.core.security.fresh_sign_in import fresh_sign_in

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),  # says it is closed; the sign-in view asks for its address
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("email/", address.address, name="account_email"),
    path("password/change/", fresh_sign_in(account.password_change), name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("phone/change/", signin_phone.change_phone, name="account_change_phone"),
    path("phone/verify/", account.verify_phone, name="account_verify_phone"),
    path("phone/remove/", signin_phone.remove_phone, name="accounts-remove-phone"),
    path("password/choose/", signin_phone.choose_password, name="accounts-choose-password"),
    path("2fa/", include("allauth.mfa.urls")),
]

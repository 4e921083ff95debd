from django.urls import path

from ancu.apps.tips.views import handlers, holders, keyed, public

app_name = "tips"
urlpatterns = [
    path("tips/", public.start, name="start"),
    path("tips/write/", public.write, name="write"),
    path("tips/clear-cookies/", public.clear_cookies, name="clear-cookies"),
    path("tips/answer/", public.answer, name="answer"),
    path("office/tips/", handlers.tips, name="list"),
    path("office/tips/closed/", handlers.closed, name="closed"),
    path("office/tips/unlock/", handlers.unlock, name="unlock"),
    path("office/tips/lock/", handlers.lock, name="lock"),
    path("office/tips/new/", keyed.new, name="new"),
    path("office/tips/numbers/", keyed.numbers, name="numbers"),
    path("office/tips/numbers/export/", keyed.export, name="export"),
    path("office/tips/keys/", holders.keys, name="keys"),
    path("office/tips/keys/begin/", holders.begin, name="begin"),
    path("office/tips/keys/passphrase/", holders.passphrase, name="passphrase"),
    path("office/tips/keys/recover/", holders.recover, name="recover"),
    path("office/tips/keys/rotate/", holders.rotate, name="rotate"),
    path("office/tips/keys/share/", holders.share, name="share"),
    path("office/tips/keys/<int:pk>/confirm/", holders.confirm, name="confirm"),
    path("office/tips/keys/<int:pk>/end/", holders.end, name="end"),
    path("office/tips/<uuid:pk>/", handlers.tip, name="tip"),
    path("office/tips/<uuid:pk>/sort/", handlers.sort, name="sort"),
    path("office/tips/<uuid:pk>/reply/", handlers.reply, name="reply"),
    path("office/tips/<uuid:pk>/close/", handlers.close, name="close"),
    path("office/tips/<uuid:pk>/reopen/", handlers.reopen, name="reopen"),
    path("office/tips/<uuid:pk>/forward/", handlers.forward, name="forward"),
    path("office/tips/<uuid:pk>/destroy/", handlers.destroy, name="destroy"),
    path("office/tips/files/<uuid:pk>/<slug:which>/", handlers.file, name="file"),
]

"""Addresses. Those for phones need the apps above, which know officers' phones."""

from django.urls import URLPattern, path

from ancu.apps.surveys.views import answering, editing, keying, paper, phones, public, results, surveys

app_name = "surveys"
urlpatterns = [
    path("s/", public.surveys, name="public"),
    path("s/<slug:slug>/", answering.start, name="start"),
    path("s/<slug:slug>/results/", public.figures, name="public-figures"),
    path("s/<slug:slug>/beside/", public.beside, name="beside"),
    path("s/<slug:slug>/thanks/", answering.thanks, name="thanks"),
    path("s/a/<slug:token>/<int:page>/", answering.answer, name="answer"),
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/interviews/", phones.interviews, name="interviews"),
    path("surveys/interviews/offline/<slug:language>/", phones.shell, name="offline"),
    path("surveys/doubts/<int:pk>/", paper.settle, name="settle"),
    path("surveys/doubts/<int:pk>/<int:place>.png", paper.crop, name="crop"),
    path("surveys/pages/<int:pk>.jpg", paper.page, name="page"),
    path("surveys/new/", surveys.new, name="new"),
    path("surveys/<int:pk>/", surveys.survey, name="survey"),
    path("surveys/<int:pk>/settings/", surveys.settings, name="settings"),
    path("surveys/<int:pk>/open/", surveys.open_survey, name="open"),
    path("surveys/<int:pk>/close/", surveys.close, name="close"),
    path("surveys/<int:pk>/figures/", surveys.figures, name="figures"),
    path("surveys/<int:pk>/publish/", surveys.publish, name="publish"),
    path("surveys/<int:pk>/channels/", surveys.add_channel, name="add-channel"),
    path("surveys/<int:pk>/channels/<int:channel_id>/poster.pdf", surveys.poster, name="poster"),
    path("surveys/<int:pk>/codes/", surveys.codes, name="codes"),
    path("surveys/<int:pk>/questions/", editing.questions, name="questions"),
    path("surveys/<int:pk>/questions/add/<slug:section>/<slug:kind>/", editing.add_question, name="add-question"),
    path("surveys/<int:pk>/questions/<slug:key>/", editing.question, name="question"),
    path("surveys/<int:pk>/questions/<slug:key>/move/", editing.move_question, name="move-question"),
    path("surveys/<int:pk>/questions/<slug:key>/remove/", editing.remove_question, name="remove-question"),
    path("surveys/<int:pk>/sections/", editing.add_section, name="add-section"),
    path("surveys/<int:pk>/sections/<slug:section>/", editing.section, name="section"),
    path("surveys/<int:pk>/preview/<int:page>/", editing.preview, name="preview"),
    path("surveys/<int:pk>/results/", results.results, name="results"),
    path("surveys/<int:pk>/results/cross/", results.cross, name="cross"),
    path("surveys/<int:pk>/results/rounds/", results.rounds, name="rounds"),
    path("surveys/<int:pk>/results/written/<slug:key>/", results.written, name="written"),
    path("surveys/<int:pk>/results/written/<slug:key>/<int:response>/petition/", results.petition, name="petition"),
    path("surveys/<int:pk>/results/export/", results.export, name="export"),
    path("surveys/<int:pk>/results/report.pdf", results.report, name="report"),
    path("surveys/<int:pk>/paper/", paper.paper, name="paper"),
    path("surveys/<int:pk>/paper/print/", paper.print_sheets, name="print"),
    path("surveys/<int:pk>/paper/<int:run_id>.pdf", paper.print_again, name="print-again"),
    path("surveys/<int:pk>/paper/<int:serial>/count/", paper.count_anyway, name="count-anyway"),
    path("surveys/<int:pk>/scans/", paper.upload_scans, name="scans"),
    path("surveys/<int:pk>/scans/progress/", paper.progress, name="progress"),
    path("surveys/<int:pk>/review/", paper.review, name="review"),
    path("surveys/<int:pk>/keying/", keying.keying, name="keying"),
    path("surveys/<int:pk>/keying/<int:response_id>/", keying.differing, name="differing"),
]


def phone_urls(require_device: phones.RequireDevice) -> list[URLPattern]:
    """Return the URL patterns of the two addresses that phones call: to load surveys and to send interviews.

    ``require_device(actor, device)`` raises for a phone that is not the actor's.
    """
    take, send = phones.phone_calls(require_device)
    return [
        path("surveys/interviews/take/", take, name="interviews-take"),
        path("surveys/interviews/send/", send, name="interviews-send"),
    ]

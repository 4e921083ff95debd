"""The pages of dossiers. Addresses carry the dossier's number, never its id; a slice of the app adds its own list."""

from django.urls import path

from ancu.apps.dossiers.views import (
    appointments,
    arranging,
    at_counter,
    counters,
    groups,
    legal_file,
    lookup,
    mine,
    page,
    papers,
    promises,
    rulebook,
    sending,
    signing,
    taking_over,
    triage,
    worker_files,
    workers,
    writing,
)
from ancu.apps.dossiers.views.money import desk, lines, pay, provider, rates, receipts, statements
from ancu.apps.dossiers.views.office import (
    acts,
    corrections,
    legal_files,
    opinions,
    queues,
    register,
    supplement,
    workbench,
)
from ancu.apps.dossiers.views.office import dossier as office

app_name = "dossiers"
OFFICE_COPY = {"office": True}

FILING = [
    path("dossiers/", mine.mine, name="mine"),
    path("dossiers/new", triage.triage, name="triage"),
    path("dossiers/new/<slug:code>", triage.procedure, name="procedure"),
    path("dossiers/new/<slug:code>/begin", triage.begin, name="begin"),
    path("dossiers/take-over", taking_over.take_over, name="take-over"),
    path("dossiers/<str:number>/step/<int:step>", writing.step, name="step"),
    path("dossiers/<str:number>/step/<int:step>/autosave", writing.autosave, name="autosave"),
    path("dossiers/<str:number>/papers", papers.papers, name="papers"),
    path("dossiers/<str:number>/papers/<slug:key>", papers.paper, name="paper"),
    path("dossiers/<str:number>/papers/<slug:key>/<int:page>.jpg", papers.page, name="paper-page"),
    path("dossiers/<str:number>/papers/<slug:key>/pages", arranging.pages, name="paper-pages"),
    path("dossiers/<str:number>/papers/<slug:key>/<int:page>/crop", arranging.crop, name="paper-crop"),
    path("dossiers/<str:number>/check", sending.check, name="check"),
    path("dossiers/<str:number>/send", sending.send, name="send"),
    path("dossiers/<str:number>/sent", sending.sent, name="sent"),
]
WORKERS = [
    path("workers/", workers.workers, name="workers"),
    path("workers/new", workers.new, name="worker-new"),
    path("workers/<int:pk>", workers.worker, name="worker"),
    path("workers/<int:pk>/remove", workers.remove, name="worker-remove"),
    path("workers/import", worker_files.upload, name="workers-import"),
    path("workers/import/<uuid:file_id>", worker_files.preview, name="workers-preview"),
    path("workers/request", groups.new, name="group-new"),
    path("workers/requests/", groups.groups, name="groups"),
    path("workers/requests/<int:pk>/", groups.group, name="group"),
    path("workers/requests/<int:pk>/papers/<slug:key>", groups.paper, name="group-paper"),
    path("workers/requests/<int:pk>/NA6.pdf", groups.letter, name="group-letter"),
    path("workers/requests/<int:pk>/send", groups.send, name="group-send"),
    path("workers/import/<uuid:file_id>/errors.xlsx", worker_files.wrong_rows, name="workers-errors"),
    path("workers/template.xlsx", worker_files.template, name="workers-template"),
    path("workers/list.xlsx", worker_files.export, name="workers-export"),
]
PAGE = [
    path("dossiers/legal-file", legal_file.legal_file, name="legal-file"),
    path("dossiers/legal-file/<int:version>/<slug:which>", legal_file.scan, name="legal-file-scan"),
    path("dossiers/<str:number>/", page.page, name="page"),
    path("dossiers/<str:number>/withdraw", page.withdraw, name="withdraw"),
    path("dossiers/<str:number>/papers/<slug:key>/file", signing.paper_file, name="paper-file"),
    path("dossiers/<str:number>/result", page.result, name="result"),
    path("dossiers/<str:number>/documents/<slug:kind>.pdf", page.document, name="document"),
    path("dossiers/<str:number>/signature", signing.signature, name="signature"),
    path("dossiers/<str:number>/signature/decline", signing.decline, name="decline"),
    path("dossiers/<str:number>/signature/<str:code>", signing.invited, name="invited"),
    path("d/", lookup.look_up, name="look-up-form"),
    path("d/<str:number>", lookup.look_up, name="look-up"),
]

HANDOVER = [
    path("dossiers/<str:number>/appointment", appointments.appointment, name="appointment"),
    path("dossiers/<str:number>/appointment/cancel", appointments.cancel, name="appointment-cancel"),
    path("dossiers/<str:number>/appointment.ics", appointments.calendar_file, name="appointment-file"),
    path("dossiers/<str:number>/post", appointments.post, name="post"),
    path("promises", promises.public, name="promises"),
    path("office/promises", promises.office, name="office-promises"),
    path("office/counters", counters.index, name="counters"),
    path("office/counters/new", counters.new, name="counter-new"),
    path("office/counters/<int:pk>", counters.edit, name="counter"),
    path("office/counters/<int:pk>/day", counters.day, name="counter-day"),
    path("office/appointments/<int:pk>", counters.note, name="appointment-note"),
    path("office/postings/<int:pk>/arrived", counters.arrived, name="posting-arrived"),
    path("office/dossiers/<slug:number>/passport", counters.passport, name="office-passport"),
    path("office/dossiers/<slug:number>/send-back", counters.send_back, name="office-send-back"),
]
OFFICE = [
    path("office/dossiers/", queues.queue, name="queue"),
    path("office/dossiers/approve", queues.approve_many, name="approve-many"),
    path("office/dossiers/filters", queues.save_filter, name="filter-save"),
    path("office/dossiers/filters/<int:pk>/delete", queues.delete_filter, name="filter-delete"),
    path("office/dossiers/register/", register.register, name="register"),
    path("office/dossiers/register/print.pdf", register.register_print, name="register-print"),
    path("office/dossiers/register/export", register.register_export, name="register-export"),
    path("office/dossiers/register/audit", register.open_register, name="register-open"),
    path("office/dossiers/counter", at_counter.begin, name="begin-at-counter"),
    path("office/dossiers/<slug:number>/counter", at_counter.form, name="at-counter"),
    path("office/dossiers/<slug:number>/counter/autosave", at_counter.autosave, name="counter-autosave"),
    path("office/dossiers/<slug:number>/counter/passport", at_counter.use_passport, name="counter-passport"),
    path("office/dossiers/<slug:number>/counter/papers/<slug:key>", at_counter.paper, name="counter-paper"),
    path("office/dossiers/<slug:number>/counter/discard", at_counter.discard, name="counter-discard"),
    path("office/dossiers/<slug:number>/counter/received", at_counter.received, name="counter-received"),
    path("office/dossiers/<slug:number>/counter/slip.pdf", at_counter.slip, name="counter-slip"),
    path("office/dossiers/<slug:number>/", workbench.dossier, name="office-dossier"),
    path("office/dossiers/<slug:number>/place", workbench.place, name="office-place"),
    path("office/dossiers/<slug:number>/assign", office.assign, name="office-assign"),
    path("office/dossiers/<slug:number>/papers/<slug:key>", office.paper, name="office-paper"),
    path("office/dossiers/<slug:number>/papers/<slug:key>/<int:page>.jpg", office.page, name="office-page"),
    path("office/dossiers/<slug:number>/papers/<slug:key>/pages", arranging.pages, OFFICE_COPY, name="office-pages"),
    path(
        "office/dossiers/<slug:number>/papers/<slug:key>/<int:page>/crop",
        arranging.crop,
        OFFICE_COPY,
        name="office-crop",
    ),
    path("office/dossiers/<slug:number>/papers/<slug:key>/as-sent", arranging.drop_copy, name="office-as-sent"),
    path("office/dossiers/<slug:number>/supplement", supplement.supplement, name="office-supplement"),
    *(path(f"office/dossiers/<slug:number>/{name}", acts.act, {"name": name}, f"office-{name}") for name in acts.ACTS),
    path("office/dossiers/<slug:number>/correction", corrections.decide, name="office-correction"),
    path("office/dossiers/<slug:number>/scan/<int:page>.jpg", office.scan, name="office-scan"),
    path("office/opinions/", opinions.opinions, name="opinions"),
    path("office/opinions/<int:pk>", opinions.opinion, name="opinion"),
    path("office/legal-files/", legal_files.legal_files, name="office-legal-files"),
    path("office/legal-files/<int:pk>", legal_files.legal_file, name="office-legal-file"),
    path("office/legal-files/<int:pk>/<slug:which>/<int:page>.jpg", legal_files.scan, name="office-legal-scan"),
]

MONEY = [
    path("dossiers/<str:number>/pay", pay.pay, name="pay"),
    path("dossiers/<str:number>/pay/online", pay.online, name="pay-online"),
    path("dossiers/<str:number>/fee-receipt.pdf", receipts.pdf, name="fee-receipt"),
    path("d/fee-receipts/<str:code>", receipts.verify, name="fee-verify"),
    path("d/payments/test/<str:token>", provider.test_provider, name="test_provider"),
    path("d/payments/notify/<slug:code>", provider.notify, name="notify"),
    path("office/money/", desk.desk, name="desk"),
    path("office/money/close", desk.close, name="cash-close"),
    path("office/money/take/<str:number>", desk.take, name="take-fee"),
    path("office/money/rates", rates.rates, name="rates"),
    path("office/money/statements", statements.statements, name="statements"),
    path("office/money/statements/new/<uuid:file_id>", statements.preview, name="statement-preview"),
    path("office/money/statements/<int:pk>", statements.statement, name="statement"),
    path("office/money/lines", lines.lines, name="money-lines"),
    path("office/money/lines/<int:pk>", lines.line, name="money-line"),
]

RULEBOOK = [
    path("office/rulebook", rulebook.in_force, name="rulebook"),
    path("procedures/", rulebook.procedures, name="public-procedures"),
    path("procedures/<str:code>", rulebook.procedure, name="public-procedure"),
]

urlpatterns = [*FILING, *WORKERS, *PAGE, *HANDOVER, *MONEY, *RULEBOOK, *OFFICE]

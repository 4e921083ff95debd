from django.urls import path

from ancu.apps.reporting.views import entry, importing, office, plans, public, reports

app_name = "reporting"
urlpatterns = [
    path("results/", public.results, name="public"),
    path("results/<int:year>/", public.results, name="public-year"),
    path("results/<int:year>.json", public.year_json, name="public-json"),
    path("results/<int:year>.csv", public.year_csv, name="public-csv"),
    path("results/<int:year>/<slug:code>/", public.indicator, name="public-indicator"),
    path("results/<int:year>/<slug:code>.csv", public.year_csv, name="public-indicator-csv"),
    path("results/<int:year>/<slug:code>.png", public.picture, name="public-picture"),
    path("office/results/", office.results, name="board"),
    path("office/results/sheet/", entry.sheet, name="sheet"),
    path("office/results/approvals/", entry.approvals, name="approvals"),
    path("office/results/imports/", importing.upload, name="upload"),
    path("office/results/imports/template.xlsx", importing.template, name="template"),
    path("office/results/imports/<int:pk>/", importing.preview, name="import"),
    path("office/results/reports/", reports.reports, name="reports"),
    path("office/results/reports/make/", reports.make, name="make"),
    path("office/results/reports/<int:pk>/paper.<slug:kind>", reports.paper, name="paper"),
    path("office/results/publish/", reports.publish, name="publish"),
    path("office/results/publish/<int:pk>/", reports.order, name="order"),
    path("office/results/plans/", plans.plans, name="plans"),
    path("office/results/months/<slug:key>/close/", office.close, name="close"),
    path("office/results/indicators/<slug:code>/", office.indicator, name="indicator"),
    path("office/results/indicators/<slug:code>/<int:unit_id>/", office.history, name="history"),
]

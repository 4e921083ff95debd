from django.urls import path

from ancu.apps.desk import views

app_name = "desk"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/department/", views.department, name="department"),
    path("desk/department/<slug:key>/", views.kind, {"of_department": True}, name="department-kind"),
    path("desk/waiting/", views.waiting, name="waiting"),
    path("desk/done/", views.done, name="done"),
    path("desk/strip/", views.strip, name="strip"),
    path("desk/several/", views.act_on_several, name="several"),
    path("desk/several/<slug:key>/", views.bulk_choice, name="bulk-choice"),
    path("desk/resume/", views.resume, name="resume"),
    path("desk/filters/", views.filters, name="filters"),
    path("desk/filters/<int:pk>/delete/", views.delete_filter, name="filter-delete"),
    path("desk/<slug:key>/", views.kind, name="kind"),
    path("find/", views.find, name="find"),
]

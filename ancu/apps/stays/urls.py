from django.urls import path

from ancu.apps.stays.views import office, people, submissions

app_name = "stays"

OFFICE = [
    path("office/area/", office.area, name="area"),
    path("office/area/<int:unit_id>/", office.area, name="area-unit"),
    path("office/guests/", office.guests, name="guests"),
    path("office/guests/export/", office.guests_export, name="guests-export"),
    path("office/people/", people.people, name="people"),
    path("office/people/<int:traveller_id>/", people.person, name="person"),
    path("office/stays/<int:stay_id>/", people.stay_office, name="stay-office"),
    path("office/submissions/", submissions.submissions, name="submissions"),
    path("office/submissions/<int:submission_id>/", submissions.submission, name="submission"),
    path(
        "office/lodgings/<int:establishment_id>/submissions/",
        submissions.establishment_submissions,
        name="establishment-submissions",
    ),
]

urlpatterns = [*OFFICE]

from django.urls import path

from ancu.apps.lodging import views

app_name = "lodging"
urlpatterns = [
    path("register", views.register, name="register"),
    path("registered", views.registered, name="registered"),
    path("approvals", views.approvals, name="approvals"),
    path("approvals/<int:pk>", views.approval, name="approval"),
    path("mine", views.mine, name="mine"),
    path("<int:pk>", views.detail, name="detail"),
    path("<int:pk>/move", views.move, name="move"),
    path("<int:pk>/choose", views.choose, name="choose"),
    path("<int:pk>/edit", views.edit, name="edit"),
    path("<int:pk>/resubmit", views.resubmit, name="resubmit"),
    path("<int:pk>/tokens", views.create_token, name="create-token"),
    path("tokens/<int:pk>/revoke", views.revoke_token, name="revoke-token"),
]

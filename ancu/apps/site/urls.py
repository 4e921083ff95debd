from django.urls import path

from ancu.apps.site.views import office, public

app_name = "site"
urlpatterns = [
    path("news/", public.news, name="news"),
    path("news/<int:pk>/", public.news_item, name="news-item"),
    path("outages/<int:pk>/", public.outage, name="outage"),
    path("for-lodgings/", public.page, {"name": "lodgings"}, name="lodgings"),
    path("for-foreigners/", public.page, {"name": "foreigners"}, name="foreigners"),
    path("speak-up/", public.page, {"name": "voice"}, name="voice"),
    path("accessibility/", public.page, {"name": "accessibility"}, name="accessibility"),
    path("privacy/", public.page, {"name": "privacy"}, name="privacy"),
    path("source/", public.page, {"name": "source"}, name="source"),
    path("office/site/", office.index, name="office"),
    path("office/site/news/new/", office.news_new, name="office-news-new"),
    path("office/site/news/<int:pk>/", office.news, name="office-news"),
    path("office/site/news/<int:pk>/withdraw/", office.news_withdraw, name="office-news-withdraw"),
    path("office/site/outages/new/", office.outage_new, name="office-outage-new"),
    path("office/site/outages/<int:pk>/", office.outage, name="office-outage"),
    path("office/site/outages/<int:pk>/withdraw/", office.outage_withdraw, name="office-outage-withdraw"),
]

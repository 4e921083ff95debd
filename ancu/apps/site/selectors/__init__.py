"""News and outage notices, for everybody and for those who write them."""

from ancu.apps.site.selectors.office import news_named, outages_named

NAMERS = {"site.newsitem": news_named, "site.outagenotice": outages_named}

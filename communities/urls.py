"""Addresses of the room."""

from communities.urls_communities import urlpatterns as communities
from communities.urls_discussion import urlpatterns as discussion
from communities.urls_exchange import urlpatterns as exchange
from communities.urls_notifications import urlpatterns as notifications
from communities.urls_people import urlpatterns as people

urlpatterns = [*people, *communities, *discussion, *exchange, *notifications]

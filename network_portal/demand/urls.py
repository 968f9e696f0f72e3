from django.urls import path

from network_portal.demand import views

urlpatterns = [path("exchange/map/", views.exchange_map, name="exchange_map")]

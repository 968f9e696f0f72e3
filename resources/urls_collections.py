"""Routes of collections, the coverage map and calls for materials."""

from django.urls import path

from resources.views import collection, coverage

urlpatterns = [
    path("collections/", collection.collection_list, name="collection_list"),
    path("collections/new/", collection.collection_new, name="collection_new"),
    path("collections/<int:pk>-<slug:slug>/", collection.collection_detail, name="collection"),
    path("collections/<int:pk>/edit/", collection.collection_edit, name="collection_edit"),
    path("collections/<int:pk>/delete/", collection.collection_delete, name="collection_delete"),
    path("collections/<int:pk>/follow/", collection.collection_follow, name="collection_follow"),
    path("collections/<int:pk>/unfollow/", collection.collection_unfollow, name="collection_unfollow"),
    path("feeds/collections/<int:pk>.atom", collection.collection_feed, name="collection_feed"),
    path("materials/<int:pk>/collect/", collection.material_collect, name="material_collect"),
    path("materials/coverage/", coverage.coverage_map, name="coverage_map"),
    path("materials/coverage/call/", coverage.material_call, name="material_call"),
    path("materials/calls/<int:pk>/close/", coverage.material_call_close, name="material_call_close"),
]

"""Routes of collections, the coverage map and calls for materials."""

from django.urls import path

from resources.views import collection, collection_follow, coverage

urlpatterns = [
    path("collections/", collection.collection_list, name="collection_list"),
    path("collections/new/", collection.collection_new, name="collection_new"),
    path("collections/<int:pk>-<slug:slug>/", collection.collection_detail, name="collection"),
    path("collections/<int:pk>/edit/", collection.collection_edit, name="collection_edit"),
    path("collections/<int:pk>/delete/", collection.collection_delete, name="collection_delete"),
    path("collections/<int:pk>/follow/", collection_follow.collection_follow, name="collection_follow"),
    path("collections/<int:pk>/unfollow/", collection_follow.collection_unfollow, name="collection_unfollow"),
    path("collections/<int:pk>/letters/", collection_follow.collection_letters, name="collection_letters"),
    path("collections/letters/stop/<str:code>/", collection_follow.collection_letters_stop, name="collection_letters_stop"),
    path("feeds/collections/<int:pk>.atom", collection_follow.collection_feed, name="collection_feed"),
    path("materials/<int:pk>/collect/", collection.material_collect, name="material_collect"),
    path("materials/coverage/", coverage.coverage_map, name="coverage_map"),
    path("materials/coverage/<slug:subject>/<int:grade>/", coverage.coverage_cell, name="coverage_cell"),
    path("materials/coverage/call/", coverage.material_call, name="material_call"),
    path("materials/calls/<int:pk>/close/", coverage.material_call_close, name="material_call_close"),
]

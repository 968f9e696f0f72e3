"""Routes that read the library."""

from django.urls import path

from resources.views.catalogue import community_materials, material_list
from resources.views.download import material_archive, material_file, material_preview
from resources.views.feeds import community_feed, material_feed
from resources.views.material import material_detail
from resources.views.reuse import material_use, material_use_report, material_use_undo
from resources.views.saved_search import demand, digest_stop, saved_search_delete, saved_search_digest, saved_search_feed, saved_search_list

urlpatterns = [
    path("materials/", material_list, name="material_list"),
    path("materials/<int:pk>-<slug:slug>/", material_detail, name="material"),
    path("materials/<int:pk>/files/<int:file_id>/", material_file, name="material_file"),
    path("materials/<int:pk>/archive/", material_archive, name="material_archive"),
    path("materials/<int:pk>/previews/<int:preview_id>/", material_preview, name="material_preview"),
    path("materials/<int:pk>/use/", material_use, name="material_use"),
    path("materials/<int:pk>/use/<int:use_id>/report/", material_use_report, name="material_use_report"),
    path("materials/<int:pk>/use/<int:use_id>/undo/", material_use_undo, name="material_use_undo"),
    path("communities/<slug:slug>/materials/", community_materials, name="community_materials"),
    path("materials/demand/", demand, name="demand"),
    path("materials/searches/", saved_search_list, name="saved_search_list"),
    path("materials/searches/<int:pk>/digest/", saved_search_digest, name="saved_search_digest"),
    path("materials/searches/<int:pk>/delete/", saved_search_delete, name="saved_search_delete"),
    path("materials/searches/stop/<str:code>/", digest_stop, name="digest_stop"),
    path("feeds/communities/<slug:slug>.atom", community_feed, name="community_feed"),
    path("feeds/materials.atom", material_feed, name="material_feed"),
    path("feeds/searches/<str:token>.atom", saved_search_feed, name="saved_search_feed"),
]

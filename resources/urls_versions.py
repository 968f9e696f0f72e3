"""Routes of versions, variants and reading."""

from django.urls import path

from resources.views.reading import material_media, material_text
from resources.views.version import (
    material_adapt,
    material_uses,
    material_variants,
    material_version,
    material_version_discard,
    material_version_restore,
    material_version_withdraw,
)

urlpatterns = [
    path("materials/<int:pk>/version/", material_version, name="material_version"),
    path("materials/<int:pk>/version/discard/", material_version_discard, name="material_version_discard"),
    path("materials/<int:pk>/version/withdraw/", material_version_withdraw, name="material_version_withdraw"),
    path("materials/<int:pk>/versions/<int:number>/restore/", material_version_restore, name="material_version_restore"),
    path("materials/<int:pk>/adapt/", material_adapt, name="material_adapt"),
    path("materials/<int:pk>/variants/", material_variants, name="material_variants"),
    path("materials/<int:pk>/uses/", material_uses, name="material_uses"),
    path("materials/<int:pk>/text/<int:file_id>/", material_text, name="material_text"),
    path("materials/<int:pk>/media/<int:file_id>/", material_media, name="material_media"),
]

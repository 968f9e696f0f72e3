"""Routes that write the library."""

from django.urls import path

from resources.views.draft import material_discard, material_edit, material_new, material_submit, material_withdraw
from resources.views.mine import my_drafts, my_materials
from resources.views.review import best_practice, material_review, review_queue
from resources.views.upload import upload_piece, upload_start

urlpatterns = [
    path("materials/new/", material_new, name="material_new"),
    path("materials/mine/", my_materials, name="my_materials"),
    path("materials/mine/drafts/", my_drafts, name="my_drafts"),
    path("materials/uploads/", upload_start, name="upload_start"),
    path("materials/uploads/<uuid:upload_id>/", upload_piece, name="upload_piece"),
    path("materials/review/", review_queue, name="review_queue"),
    path("materials/<int:pk>/edit/", material_edit, name="material_edit"),
    path("materials/<int:pk>/submit/", material_submit, name="material_submit"),
    path("materials/<int:pk>/withdraw/", material_withdraw, name="material_withdraw"),
    path("materials/<int:pk>/discard/", material_discard, name="material_discard"),
    path("materials/<int:pk>/review/", material_review, name="material_review"),
    path("materials/<int:pk>/best-practice/", best_practice, name="best_practice"),
]

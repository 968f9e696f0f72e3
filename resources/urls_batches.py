"""Routes of batches: many materials at once."""

from django.urls import path

from resources.views import batch, batch_upload

urlpatterns = [
    path("materials/batches/", batch.batch_list, name="batch_list"),
    path("materials/batches/new/", batch.batch_new, name="batch_new"),
    path("materials/batches/table.csv", batch.batch_table, name="batch_table"),
    path("materials/batches/uploads/", batch_upload.batch_upload_start, name="batch_upload_start"),
    path("materials/batches/uploads/<uuid:file_id>/", batch_upload.batch_upload_piece, name="batch_upload_piece"),
    path("materials/batches/<uuid:pk>/", batch.batch_detail, name="batch"),
    path("materials/batches/<uuid:pk>/discard/", batch.batch_discard, name="batch_discard"),
    path("materials/batches/<uuid:pk>/lines/<int:line_id>/", batch.batch_line, name="batch_line"),
]

"""The library's closed lists: administrators add, rename and archive; nothing that is used is deleted."""

from django.contrib import admin

from communities.admin import ReferenceAdmin
from resources.models import Equipment, MaterialType, Purpose

admin.site.register([MaterialType, Purpose, Equipment], ReferenceAdmin)

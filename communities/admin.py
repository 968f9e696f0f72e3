"""What administrators keep by hand: the closed lists and the schools. People are changed on their own pages; the audit log is only read."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django_tasks_db.models import DBTaskResult

from communities.actions.audit import write_audit
from communities.models import (
    AuditEntry,
    CommunityForm,
    ConsentText,
    EducationLevel,
    Employment,
    Municipality,
    Position,
    ProblemArea,
    School,
    Subject,
    SubjectGrades,
    Teacher,
)

# Libraries register these with everything open: a confirmed e-mail of somebody else, the seeds of second factors, and waiting mails
# with their one-time links would let an administrator into any account without a line in the audit log.
for model in (Authenticator, DBTaskResult, EmailAddress, Group):
    admin.site.unregister(model)

# SQLite refuses to compare with a very long text.
LONGEST_SEARCH = 200


class Kept(admin.ModelAdmin):
    """Archived or closed instead of deleted: history hangs on it."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(Kept):
    """Read here, changed by the portal's own actions."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(EducationLevel, Position, ProblemArea, CommunityForm)
class ReferenceAdmin(Kept):
    """A closed list; codes are stable once given."""

    list_display = ("name_ru", "name_en", "code", "order", "archived_on")
    list_editable = ("order",)
    search_fields = ("name_ru", "name_en", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()


class SubjectGradesInline(admin.TabularInline):
    """Grades change from year to year."""

    model = SubjectGrades
    fields = ("education_level", "grade_from", "grade_to")
    extra = 0


@admin.register(Subject)
class SubjectAdmin(ReferenceAdmin):
    inlines = (SubjectGradesInline,)


@admin.register(Municipality)
class MunicipalityAdmin(Kept):
    list_display = ("name", "slug")
    fields = ("name", "slug")
    search_fields = ("name",)


@admin.register(School)
class SchoolAdmin(Kept):
    list_display = ("short_name", "municipality", "locality", "joined_on", "closed_on")
    list_filter = ("municipality", "closed_on")
    list_select_related = ("municipality",)
    search_fields = ("name", "short_name", "locality")
    fields = ("name", "short_name", "slug", "municipality", "locality", "latitude", "longitude", "education_levels", "website", "joined_on", "closed_on")


class EmploymentInline(admin.TabularInline):
    """Where the person works; changed on the school's own page."""

    model = Employment
    fk_name = "teacher"
    fields = ("school", "position", "started_on", "ended_on", "is_head", "is_coordinator", "confirmed_on")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Teacher)
class TeacherAdmin(ReadOnly):
    list_display = ("__str__", "role", "school", "confirmed_on", "is_active")
    list_filter = ("role", "is_active", "confirmed_on")
    list_select_related = ("school",)
    search_fields = ("folded_name", "email", "login")
    fields = ("last_name", "first_name", "middle_name", "email", "login", "role", "position", "category", "school", "confirmed_on", "is_active", "joined_at")
    inlines = (EmploymentInline,)


@admin.register(Authenticator)
class SecondFactorAdmin(ReadOnly):
    """For a lost telephone: the second factor is taken away, never read, and the audit log says by whom."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    fields = ("user", "type", "created_at", "last_used_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        write_audit("remove-second-factor", by=request.user, target=obj.user, type=obj.type)  # type: ignore[arg-type]
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for authenticator in queryset:
            self.delete_model(request, authenticator)


@admin.register(ConsentText)
class ConsentTextAdmin(ReadOnly):
    list_display = ("purpose", "version", "published_on", "sha256")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ("at", "actor", "action", "content_type", "object_id", "details")
    list_filter = ("action",)
    list_select_related = ("actor", "content_type")
    date_hierarchy = "at"

"""What search engines may know of a material: schema.org LearningResource."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from communities.access import author_name, may_see_name
from resources.models import Material
from resources.models.material import Licence, Status, Visibility

LICENCE_ADDRESS = {Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/", Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/"}


def learning_resource(material: Material) -> dict[str, Any] | None:
    """The description of a public, published material; None for any other. Only authors whose names visitors see are in it.

    The same for every reader: nothing depends on who asks.
    """
    if material.status != Status.PUBLISHED or material.visibility != Visibility.PUBLIC:
        return None
    visitor = AnonymousUser()
    authors = [authorship.teacher for authorship in material.authorships.all() if may_see_name(authorship.teacher, visitor)]
    data = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": material.title,
        "url": settings.SITE_URL + material.get_absolute_url(),
        "description": material.annotation,
        "inLanguage": "ru",
        "isAccessibleForFree": True,
        "learningResourceType": str(material.type or ""),
        "about": str(material.subject or ""),
        "educationalLevel": str(material.education_level or ""),
        "datePublished": material.published_on.isoformat() if material.published_on else "",
        "dateModified": material.changed_at.date().isoformat(),
        "license": LICENCE_ADDRESS.get(Licence(material.licence), ""),
        "timeRequired": f"PT{material.duration_minutes}M" if material.duration_minutes else "",
        "author": [{"@type": "Person", "name": author_name(author, visitor)} for author in authors],
        "publisher": {"@type": "Organization", "name": settings.PORTAL_NAME},
    }
    return {key: value for key, value in data.items() if value not in ("", [])}

"""The constant cast: one person per role, always the same names, and what each may not see.

Анна teaches at the village school, Борис elsewhere; Вера coordinates and Глеб heads Анна's school; Дарья leads the community;
Евгения is a methodist, Жанна an administrator; Захар asked for a place at Анна's school and waits.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase

from communities.models import Community, Municipality, School, Teacher
from tests.factories.bucket import BucketServer, use
from tests.factories.people import give_second_factor, join, make_community, make_municipality, make_school, make_teacher


@pytest.fixture(scope="session", autouse=True)
def reference_lists_stay() -> Iterator[None]:
    """A transactional test ends with a flush, which empties the closed lists, too: put back what the data migrations brought."""
    flush = TransactionTestCase._fixture_teardown

    def flush_and_restore(self: TransactionTestCase) -> None:
        flush(self)
        if hasattr(connection, "_test_serialized_contents"):
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)

    TransactionTestCase._fixture_teardown = flush_and_restore
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(autouse=True)
def cheap_machine(settings: Any, tmp_path: Path) -> None:
    """Fast password hashes, a cache in memory, files in a folder of the test's own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.UPLOAD_TMP = tmp_path / "tmp"
    cache.clear()


@pytest.fixture(scope="session")
def bucket_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketServer]:
    """A server that speaks S3 over HTTP, for all tests of a process."""
    server = BucketServer(tmp_path_factory.mktemp("bucket") / "log")
    yield server
    server.stop()


@pytest.fixture
def bucket(settings: Any, bucket_server: BucketServer) -> Iterator[BucketServer]:
    """The portal with its files in an empty bucket «portal», under the prefix «files»."""
    bucket_server.client.create_bucket(Bucket="portal")
    use(settings, bucket_server.port)
    yield bucket_server
    bucket_server.thaw()
    for key in bucket_server.keys("portal"):
        bucket_server.client.delete_object(Bucket="portal", Key=key)
    bucket_server.client.delete_bucket(Bucket="portal")


@pytest.fixture
def district(db: Any) -> Municipality:
    return make_municipality("Верхнереченский район")


@pytest.fixture
def village_school(district: Municipality) -> School:
    return make_school("Малиновская школа", municipality=district, slug="malinovskaya", locality="с. Малиновка")


@pytest.fixture
def lyceum(db: Any) -> School:
    return make_school("Лицей № 7", municipality=make_municipality("Приозёрск"), slug="lyceum-7", locality="г. Приозёрск", levels=("basic", "secondary"))


@pytest.fixture
def anna(village_school: School) -> Teacher:
    return make_teacher("Власова", "Анна", middle_name="Игоревна", email="anna@example.org", school=village_school)


@pytest.fixture
def boris(lyceum: School) -> Teacher:
    return make_teacher("Королёв", "Борис", middle_name="Львович", email="boris@example.org", school=lyceum)


@pytest.fixture
def vera(village_school: School) -> Teacher:
    return make_teacher("Мельник", "Вера", middle_name="Ивановна", email="vera@example.org", school=village_school, is_coordinator=True)


@pytest.fixture
def gleb(village_school: School) -> Teacher:
    return make_teacher("Сомов", "Глеб", middle_name="Андреевич", email="gleb@example.org", school=village_school, is_head=True)


@pytest.fixture
def community(db: Any) -> Community:
    return make_community("Физика рядом", slug="physics-nearby")


@pytest.fixture
def daria(lyceum: School, community: Community) -> Teacher:
    leader = make_teacher("Орлова", "Дарья", middle_name="Сергеевна", email="daria@example.org", school=lyceum)
    join(community, leader, role="leader")
    return leader


@pytest.fixture
def evgenia(db: Any) -> Teacher:
    methodist = make_teacher("Тихонова", "Евгения", email="evgenia@example.org", role="methodist")
    give_second_factor(methodist)
    return methodist


@pytest.fixture
def zhanna(db: Any) -> Teacher:
    administrator = make_teacher("Фомина", "Жанна", email="zhanna@example.org", role="administrator")
    give_second_factor(administrator)
    return administrator


@pytest.fixture
def zakhar(village_school: School) -> Teacher:
    return make_teacher("Яшин", "Захар", email="zakhar@example.org", school=village_school, confirmed=False)


@pytest.fixture
def visitor() -> AnonymousUser:
    return AnonymousUser()


@pytest.fixture
def client_of() -> Any:
    """`client_of(anna)` is a browser in which Анна has signed in; `client_of(visitor)` one in which nobody has."""

    def sign_in(person: Teacher | AnonymousUser) -> Client:
        browser = Client()
        if person.is_authenticated:
            browser.force_login(person)
        return browser

    return sign_in

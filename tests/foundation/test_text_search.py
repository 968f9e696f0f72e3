"""Search finds words in any form, alike on both databases, and never fails."""

from types import SimpleNamespace

import pytest
from django.apps.registry import Apps
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext, isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.text_search import highlight, index_text, parse_query, snippet
from foundation.text_search import schema as text_schema
from foundation.text_search.document import FILLER, POSITIONS, TOKENS
from foundation.text_search.fields import StemsField
from foundation.text_search.stems import _FORMS, _RELATED, WRITTEN_WORD, stems
from foundation.text_search.word_families import PARADIGMS, RELATED_WORDS

any_text = st.text(st.characters(), max_size=300) | st.text(st.sampled_from('абвёйЁ"«»„“” \u0301\u00ad\x00\ud800-7aZé№:*()&|!<>{}^'), max_size=300)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


with isolate_apps("foundation"):

    class Paper(models.Model):  # noqa: DJ008
        title = StemsField()
        content = StemsField()
        shelf = models.CharField(max_length=20, default="")

        class Meta:
            app_label = "foundation"

    class Copy(models.Model):  # noqa: DJ008
        paper = models.ForeignKey(Paper, models.CASCADE, related_name="copies")

        class Meta:
            app_label = "foundation"


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Paper)
            editor.create_model(Copy)
        after_migrate(SimpleNamespace(get_models=lambda: [Copy, Paper]))
        yield
        text_schema.drop_text_index(Paper, connection)
        with connection.schema_editor() as editor:
            editor.delete_model(Copy)
            editor.delete_model(Paper)


def paper(title: str, content: str = "") -> Paper:
    return Paper.objects.create(title=index_text(title), content=index_text(content))


def found(text: str, field: str = "title", **options: bool) -> list[int]:
    return list(Paper.objects.filter(**{f"{field}__match": parse_query(text, **options)}).order_by("pk").values_list("pk", flat=True))


SAME = """
дети | работа с детьми
ребёнок | одарённых детей
ребята | детям
детские стихи | стихи для детей
день | в эти дни
день | перед днём
дня | дней
урок | на уроках
люди | каждого человека
человек | людьми
олимпиадные задачи | задачи олимпиады
олимпиада | олимпиадных
школьный музей | музей школы
музея | школьные музеи
одарённый | одарённость
одаренных | одарённости
учитель | учительская
учительница | учителями
время | сколько времени
времён | временем
имя | имени
имена | имён
путь | путём
лабораторная работа | лабораторию, работы
физика | физического
химический | по химии
математика | математических
биология | биологический
история | исторические
география | географическая
литература | литературный
физический опыт | опыты по физике
материал | материалы
экзамен | экзаменов
диплом | дипломами
карточка | набор карточек
сказка | сказок
ошибки | работа над ошибками: 100 ошибок
рисунок | рисунки
письмо | писем
число | чисел
страна | в странах
Иванова | Иванов
Ивановой | Иванова
Менделеев | таблица Менделеева
лицей | лицеи
память | памяти
уровень | уровня
решение | решать
проверка | проверочная
контроль | контрольная
учащиеся | ученикам
ёлка | елки
мета\u0301лл | металлы
лаборатория | лабо\u00adратории
7 класс | 7а класса
7а | для 7 «А»
батарейка | батареек
правило | 10 правил
Lessons | one lesson
café | CAFE
""".strip().splitlines()

DIFFERENT = """
стол | столица
столовая | стол
правило | право
лицей | лицо
степень | степь
видео | вид
деление | дело
приём | при
школьник | школа
карточка | карта
поле | полёт
задача | задание
весенний | вес
мать | матовый
рабочая | работа
остров | острый
рисование | рис
образование | образ
общение | общий
река | речь
7 | 17
физика | химия
семена | семья
перо | перемена
lesson | lessen
""".strip().splitlines()


@pytest.mark.parametrize("pair", SAME)
def test_any_form_of_a_word_is_found(db, pair):
    query, document = pair.split(" | ")
    expected = paper(document)
    assert found(query) == [expected.pk]
    assert found(document.replace("«", "").replace("»", "")) == [expected.pk]


@pytest.mark.parametrize("pair", DIFFERENT)
def test_different_words_are_kept_apart(pair):
    one, other = pair.split(" | ")
    assert stems(one) != stems(other)


def test_tables_of_words_have_no_chains():
    meeting_places = {*PARADIGMS, *RELATED_WORDS}
    assert {_RELATED.get(place, place) for place in meeting_places} == meeting_places
    assert sum(len(forms.split()) for forms in PARADIGMS.values()) == len(_FORMS)
    assert sum(len(related.split()) for related in RELATED_WORDS.values()) - 1 <= len(_RELATED)


def test_stems_are_plain_and_short():
    assert stems("Йод, ё 7А ﬁn күп ٣ №5 \ud800\x00") == ["йод", "е", "7", "а", "fin", "кu4afп", "u663", "5"]
    assert stems("я" * 500) == stems("я" * 40)
    assert max(map(len, stems("ә" * 300 + " " + "щ" * 300 + " " + "9" * 300))) == 40


def test_all_terms_are_needed_and_stop_words_are_not(db):
    both, other = paper("Задачи для одарённых детей"), paper("Задачи для класса")
    assert found("задача с детьми") == [both.pk]
    assert found("на задачу и ребёнка") == [both.pk]
    assert found("для") == [both.pk, other.pk]
    assert found("и") == []


def test_phrases_stand_together_and_keep_stop_words(db):
    first = paper("Применение закона Ома в цепи")
    paper("Ом и его закон, применение, цепи")
    for text in ('"закон Ома"', "«закон Ома»", "„закон Ома“", "“закон Ома”", "применение «Ома в цепи»"):
        assert found(text) == [first.pk], text
    assert found("«Ома цепи»") == []


def test_a_phrase_does_not_span_two_parts(db):
    Paper.objects.create(title=index_text("Закон", "Ома"))
    assert found("«закон Ома»") == []
    assert len(found("закон Ома")) == 1


def test_typing_ahead_finds_beginnings_and_whole_words(db):
    first = paper("Олимпиадные задачи по физике")
    for text in ("олимп", "физика", "задачи физ", "зад"):
        assert found(text, prefix_last=True) == [first.pk], text
    assert found("олимп") == []
    assert found("олимп ", prefix_last=True) == []
    assert found("физ задачи", prefix_last=True) == []


def test_query_is_bounded():
    assert len(parse_query("слово " * 100).phrases) == 12
    assert parse_query("б" * 10**6) == parse_query("б" * 40)
    assert parse_query(" «» ?! \x00").is_empty


def test_empty_query_finds_nothing(db):
    paper("Урок")
    assert found("") == []
    assert Paper.objects.exclude(title__match=parse_query("")).count() == 1


@pytest.mark.parametrize("text", ['" OR 1', "title : урок", "урок* NEAR(а)", "урок'--", "урок & | ! <->", ") AND (", "{title} : x", "x:*", "-урок", "%s %d"])
def test_query_cannot_speak_to_the_database(db, text):
    paper("Урок")
    found(text)
    found(text, prefix_last=True)
    assert found("' урок ; -- )") != []


def test_match_needs_a_parsed_query(db):
    with pytest.raises(TypeError):
        Paper.objects.filter(title__match="урок")
    with pytest.raises(FieldError):
        Paper.objects.filter(shelf__match=parse_query("урок"))


def test_each_column_is_asked_alone(db):
    first = paper("Закон Ома", "напряжение")
    assert found("напряжения") == []
    assert found("напряжения", "content") == [first.pk]
    assert Paper.objects.filter(models.Q(title__match=parse_query("напряжение")) | models.Q(content__match=parse_query("напряжение"))).get() == first


def test_search_through_joins(db):
    first, second = paper("Закон Ома"), paper("Закон Гука")
    copies = [Copy.objects.create(paper=item) for item in (first, second)]
    assert list(Copy.objects.filter(paper__title__match=parse_query("Ом"))) == copies[:1]
    assert list(Copy.objects.exclude(paper__title__match=parse_query("Ом"))) == copies[1:]
    assert list(Paper.objects.filter(copies__paper__title__match=parse_query("Гука"))) == [second]
    assert Paper.objects.filter(pk__in=Paper.objects.filter(title__match=parse_query("Гука")).values("pk")).get() == second


def test_index_follows_every_kind_of_write(db):
    items = Paper.objects.bulk_create(Paper(title=index_text(title)) for title in ("весна", "лето", "осень"))
    assert found("лето") == [items[1].pk]
    Paper.objects.filter(pk=items[0].pk).update(title=index_text("зима"))
    assert (found("весна"), found("зима")) == ([], [items[0].pk])
    items[1].title = index_text("каникулы")
    Paper.objects.bulk_update(items, ["title"])
    assert (found("лето"), found("каникулы")) == ([], [items[1].pk])
    Paper.objects.filter(pk=items[1].pk).update(shelf="A")
    assert found("каникул") == [items[1].pk]
    Paper.objects.filter(pk=items[1].pk).delete()
    assert found("каникулы") == []
    with transaction.atomic():
        paper("ледоход")
        transaction.set_rollback(True)
    assert found("ледоход") == []


def test_ensuring_twice_changes_nothing(db):
    paper("Урок")
    before = structures()
    with CaptureQueriesContext(connection) as queries:
        text_schema.ensure_text_index(Paper, connection)
    assert not [query for query in queries if "DROP" in query["sql"] or "rebuild" in query["sql"]]
    assert structures() == before
    assert len(found("урок")) == 1


def test_lost_structures_are_made_again_and_filled(db):
    before = structures()
    item = paper("Урок")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER foundation_paper_fts_insert")
        item = paper("Второй урок")
        assert item.pk not in found("урок")
    else:
        text_schema.drop_text_index(Paper, connection)
    after_migrate(SimpleNamespace(get_models=lambda: [Copy, Paper]))
    assert structures() == before
    assert found("урок")[-1] == item.pk
    text_schema.rebuild_text_index(Paper, connection)
    assert found("урок")[-1] == item.pk


def test_half_way_through_the_migrations_nothing_is_indexed(db):
    class WiderPaper(models.Model):  # noqa: DJ008
        later = StemsField()

        class Meta:
            app_label = "foundation"
            db_table = "foundation_paper"
            apps = Apps()

    class LaterPaper(models.Model):  # noqa: DJ008
        title = StemsField()

        class Meta:
            app_label = "foundation"
            apps = Apps()

    before = structures()
    after_migrate(SimpleNamespace(get_models=lambda: [WiderPaper, LaterPaper]))
    assert structures() == before


def after_migrate(sender: SimpleNamespace) -> None:
    """What `connect` hooks to the signal."""
    text_schema._ensure_text_indexes(sender, using=connection.alias)


def structures() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'foundation_paper' ORDER BY 1")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'foundation_paper%' AND type IN ('table', 'trigger') ORDER BY 1")
        return cursor.fetchall()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the plan of PostgreSQL")
def test_postgresql_uses_the_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "_gin" in Paper.objects.filter(title__match=parse_query("урок")).explain()


@isolate_apps("foundation")
def test_a_text_primary_key_is_refused():
    class Leaflet(models.Model):  # noqa: DJ008
        code = models.CharField(primary_key=True, max_length=5)
        title = StemsField()

        class Meta:
            app_label = "foundation"

    assert [error.id for error in Leaflet.check()] == ["text_search.E001"]


def test_long_documents_are_found_by_each_word_but_not_by_late_phrases(db):
    numbers = " ".join(f"слово{number}" for number in range(9_000))
    item = paper("", f"начало книги {numbers} последние слова конец книги")
    assert found("«начало книги»", "content") == [item.pk]
    assert found("конец", "content") == [item.pk]
    assert found("«последние слова»", "content") == []
    assert found("8999", "content") == [item.pk]
    assert found("«8997 8999»", "content") == []
    tokens = index_text(*["а б"] * 20_000, *(str(number) for number in range(40_000))).split()
    assert len(tokens) == TOKENS
    assert tokens[16_381] == FILLER


def test_phrases_of_very_frequent_words_are_alike_on_both_databases(db):
    item = paper("", "закон и порядок " * 300 + "закон и Ом")
    assert found("«закон и порядок»", "content") == [item.pk]
    assert found("«закон и Ом»", "content") == []
    assert found("закон Ом", "content") == [item.pk]


def test_the_largest_document_fits(db):
    letters = "абвгджзклмнпрстфхцчшщэюя"
    words = ("ъ".join(letters[(number // 24**place) % 24] for place in range(4)).ljust(40, "ы") for number in range(60_000))
    item = paper("", " ".join(words))
    assert len(item.content.split()) > POSITIONS // 2
    assert found("".join("аъаъаъа".ljust(40, "ы")), "content") == [item.pk]


def test_highlight_escapes_and_joins_neighbours():
    query = parse_query("закон ома")
    assert highlight("Закон Ома & <b>законы</b>", query) == "<mark>Закон Ома</mark> &amp; &lt;b&gt;<mark>законы</mark>&lt;/b&gt;"
    assert highlight("закон {0} Ома", query, css_class='a"b') == '<mark class="a&quot;b">закон</mark> {0} <mark class="a&quot;b">Ома</mark>'
    assert highlight("Урок в цепи", parse_query("«урок в цепи»")) == "<mark>Урок</mark> в <mark>цепи</mark>"
    assert highlight("Олимпиадный за\u00adкон", parse_query("закон олимп", prefix_last=True)) == "<mark>Олимпиадный за\u00adкон</mark>"
    assert highlight("<i>", parse_query("")) == "&lt;i&gt;"


def test_snippet_shows_the_best_passage():
    text = "Введение. " * 100 + "Закон. " + "Пропуск. " * 60 + "Здесь применяют закон Ома к цепи. " + "Конец. " * 100
    shown = snippet(text, parse_query("закон Ома"))
    assert "применяют <mark>закон Ома</mark> к цепи" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 240 + 40
    assert snippet("Короткий  <текст>", parse_query("закон")) == "Короткий &lt;текст&gt;"
    assert len(snippet("я" * 1000, parse_query("я"))) < 260


@quick
@given(any_text, any_text)
def test_nothing_breaks_on_any_text(text, other):
    assert set(index_text(text, other)) <= set(" 0123456789abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя")
    for query in (parse_query(other), parse_query(other, prefix_last=True)):
        shown = highlight(text, query)
        assert shown.replace("<mark>", "").replace("</mark>", "") == highlight(text, parse_query(""))
        snippet(text, query, length=50)


@quick
@given(any_text, st.data())
def test_a_document_answers_to_each_of_its_words(db, text, data):
    words = [word for word in WRITTEN_WORD.findall(text) if stems(word)]
    asked = data.draw(st.lists(st.sampled_from(words), max_size=3)) if words else []
    with transaction.atomic():
        item = paper(text)
        for query in (parse_query(" ".join(asked)), parse_query(" ".join(asked), prefix_last=True)):
            if not query.is_empty:
                assert Paper.objects.filter(title__match=query, pk=item.pk).exists()
                assert "<mark>" in highlight(text, query)
        transaction.set_rollback(True)

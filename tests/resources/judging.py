"""A small library with judged searches: how good are the first ten answers? Shared by the test that pins it and by `bench/relevance.py`.

The documents are composed by the demo's content with a seed for each alone, so that a new topic changes no other. The judgements in
`relevance.json` speak of topics, types, subjects and authors, never of words: they were made without looking at any search's answers.
Grades: 3 exactly this, 2 of use, 1 near. Of a query's judgements the first that fits a document counts.
"""

import json
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser

from communities.models import Subject
from network_portal.demo.content import TOPICS, Block, Bullets, Numbers, PageBreak, Table, compose_material, suits
from resources.actions.indexing import rebuild_search
from resources.actions.vocabulary import refresh_vocabulary
from resources.corrections import correct, shorten
from resources.filters import RELEVANT
from resources.models import Authorship, Equipment, Library, Material, MaterialFile, MaterialType, MaterialVersion, Purpose
from resources.search import Asked, first_ids, matching, parse_query, shelf
from tests.factories.people import give_consent, item, make_school, make_teacher

SET = json.loads(Path(__file__).with_name("relevance.json").read_text("utf-8"))
LESSONS = ("lesson-map", "slides", "worksheet", "lab", "problems", "test", "lesson-plan", "olympiad-tasks")
METHODS = ("guide", "experience", "programme")
TEXT_LENGTH = 2500
FOUND = 100
TOP = 10


@dataclass(frozen=True)
class Document:
    """What the judgements know of a document, and its words for a plain full-text search."""

    pk: int
    topic: str
    type: str
    subject: str
    equipment: str
    author: str
    text: str


def load_corpus() -> list[Document]:
    """Write the documents into the database, with their search index and vocabulary."""
    people = [
        make_teacher("Королёв", "Борис", school=make_school("Лицей № 7")),
        make_teacher("Власова", "Анна", school=make_school("Малиновская школа")),
        make_teacher("Орлова", "Дарья", school=make_school("Приозёрская гимназия")),
    ]
    for person in people:
        give_consent(person, "publication")
    library = Library.objects.get_or_create(community=None, school=None)[0]
    documents = []
    number = 0
    for subject, topics in TOPICS.items():
        for topic in topics:
            kinds = METHODS if subject.startswith("area:") else [LESSONS[(number + step) % len(LESSONS)] for step in (0, 3, 5)]
            number += 1
            for kind in (kind for kind in kinds if suits(topic, kind)):
                chance = random.Random(f"{SET['seed']}|{subject}|{topic.title}|{kind}")
                text = compose_material(chance, subject, topic, kind)
                # Every author writes on every subject: a name alone leaves much to choose from.
                author = people[{"physics": 0, "chemistry": 0, "biology": 1}.get(subject, chance.randrange(3))]
                material = Material.objects.create(
                    title=text.title, slug="material", annotation=text.annotation, topic=text.topic, library=library, created_by=author, status="published",
                    published_on="2026-09-01", reuse_count=int(chance.paretovariate(1.1)) - 1, grade_from=text.grade_from, grade_to=text.grade_to,
                    type=item(MaterialType, kind), subject=item(Subject, text.subject) if text.subject else None,
                    purpose=item(Purpose, text.purpose) if text.purpose else None, equipment=item(Equipment, text.equipment) if text.equipment else None,
                )  # fmt: skip
                Authorship.objects.create(material=material, teacher=author)
                version = MaterialVersion.objects.create(material=material, created_by=author)
                body = "\n".join(line for block in text.blocks for line in _lines(block))[:TEXT_LENGTH]
                MaterialFile.objects.create(
                    version=version, stored_name=f"{material.pk}", original_name="", kind="txt", media_type="text/plain", size=1, sha256="0" * 64, text=body
                )
                lists = [str(entry) for entry in (material.subject, material.type, material.purpose, material.equipment) if entry]
                lists += [str(author), str(author.school), *(f"{grade} класс" for grade in range(text.grade_from, text.grade_to + 1))]
                words = "\n".join([text.title, text.annotation, text.topic, *lists, body])
                documents.append(Document(material.pk, topic.title, kind, subject, text.equipment, author.last_name, words))
    rebuild_search()
    refresh_vocabulary()
    return documents


def _lines(block: Block) -> list[str]:
    if isinstance(block, PageBreak):
        return []
    if isinstance(block, Table):
        return [cell for row in block.rows for cell in row]
    return list(block.items) if isinstance(block, (Bullets, Numbers)) else [block.text]


def ours(text: str) -> list[int]:
    """What the catalogue answers a visitor, best first."""
    visitor = AnonymousUser()
    if not matching(shelf(visitor), parse_query(text), visitor).exists():
        text = correct(text, shelf(visitor), visitor) or shorten(text, shelf(visitor), visitor) or text
    return first_ids(shelf(visitor), Asked.by(parse_query(text), visitor), RELEVANT, 0, FOUND)


def grades(query: dict[str, Any], documents: Iterable[Document]) -> dict[int, int]:
    """Document → grade of everything that is worth finding."""
    graded = {}
    for document in documents:
        for judgement in query["judgements"]:
            if all(getattr(document, name).startswith(value) for name, value in judgement.items() if name != "grade"):
                graded[document.pk] = judgement["grade"]
                break
    return graded


@dataclass(frozen=True)
class Score:
    """`ndcg` of the first ten; `recall`: which part of all documents of use (grade 2 and 3) is among the first hundred found."""

    query: str
    ndcg: float
    recall: float


def judge(search: Callable[[str], list[int]], documents: list[Document]) -> list[Score]:
    """The scores of every judged search."""
    scores = []
    for query in SET["queries"]:
        graded = grades(query, documents)
        answer = search(query["query"])
        wanted = {pk for pk, grade in graded.items() if grade >= 2}
        best = _gain(sorted(graded.values(), reverse=True)[:TOP])
        got = _gain([graded.get(pk, 0) for pk in answer[:TOP]])
        scores.append(Score(query["query"], got / best, len(wanted & set(answer)) / min(len(wanted), FOUND)))
    return scores


def mean(values: Iterable[float]) -> float:
    """The plain average."""
    every = list(values)
    return sum(every) / len(every)


def _gain(found: list[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(found))

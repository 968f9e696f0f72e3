"""The line notation of the content modules: readable data becomes typed topics.

`@ code` opens a subject (`@ area:code` a problem area); `# grades | topic | hooks` a topic; then `= fact`, `? question >> answer`,
`* task >> answer`, `! practical: step ; step`, `+ advanced task >> answer`. All answers stand beside their tasks and never need a network.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Exercise:
    """A question or a task with its checked answer."""

    text: str
    answer: str


@dataclass(frozen=True)
class Practical:
    """A named sequence of teacher or pupil actions."""

    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """Teaching content of one topic; `subject` may be `area:…` for methodical work."""

    subject: str
    title: str
    grade_from: int
    grade_to: int
    hooks: tuple[str, ...]
    facts: tuple[str, ...]
    questions: tuple[Exercise, ...]
    tasks: tuple[Exercise, ...]
    practical: Practical | None
    advanced: tuple[Exercise, ...]


def parse(text: str) -> tuple[Topic, ...]:
    """Read a content module; raises ValueError with the offending line, because data errors must not vanish silently."""
    subject = ""
    result: list[Topic] = []
    fields: dict[str, Any] = {}

    def finish() -> None:
        if fields:
            result.append(
                Topic(
                    **{k: fields[k] for k in ("subject", "title", "grade_from", "grade_to", "hooks", "practical")},
                    facts=tuple(fields["facts"]),
                    questions=tuple(fields["questions"]),
                    tasks=tuple(fields["tasks"]),
                    advanced=tuple(fields["advanced"]),
                )
            )

    for line in filter(None, (line.strip() for line in text.splitlines())):
        mark, rest = line[0], line[1:].strip()
        try:
            if mark == "@":
                finish()
                fields, subject = {}, rest
            elif mark == "#":
                finish()
                parts = [part.strip() for part in rest.split("|")]
                low, _, high = parts[0].partition("-")
                fields = {"subject": subject, "title": parts[1], "grade_from": int(low), "grade_to": int(high or low), "hooks": tuple(parts[2:])}
                fields |= {"facts": [], "questions": [], "tasks": [], "advanced": [], "practical": None}
            elif mark == "=":
                fields["facts"].append(rest)
            elif mark in "?*+":
                question, answer = rest.split(">>")
                fields[{"?": "questions", "*": "tasks", "+": "advanced"}[mark]].append(Exercise(question.strip(), answer.strip()))
            elif mark == "!":
                title, steps = rest.split(":", 1)
                fields["practical"] = Practical(title.strip(), tuple(step.strip() for step in steps.split(";")))
            else:
                raise ValueError("unknown mark")
        except (KeyError, ValueError, IndexError) as error:
            raise ValueError(f"content line {line!r}: {error}") from error
    finish()
    return tuple(result)

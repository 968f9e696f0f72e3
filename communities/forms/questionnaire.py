"""The questionnaire of one peculiarity."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models.school import Peculiarity
from communities.questionnaire import QUESTIONS, Answer, Question, Say

MOST = 5000


class QuestionnaireForm(forms.Form):
    """One field a question: yes, partly, no, or a number."""

    def __init__(self, *args: Any, peculiarity: Peculiarity, answers: Mapping[str, Answer] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=answers, **kwargs)
        for question in QUESTIONS[peculiarity]:
            self.fields[question.code] = _number(question) if question.is_number else _say(question)


def _say(question: Question) -> forms.Field:
    return forms.ChoiceField(label=question.text, choices=Say.choices, widget=forms.RadioSelect)


def _number(question: Question) -> forms.Field:
    few = _("A number; 0 if there are none. Fewer than five are seen by your school's coordinators alone.")
    return forms.IntegerField(label=question.text, min_value=0, max_value=MOST, help_text=few if question.of_pupils else _("A number."))

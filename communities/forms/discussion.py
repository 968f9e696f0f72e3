"""Forms of topics, messages, reports and decisions."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.actions.discussion import MAX_FILES
from communities.models.discussion import TopicKind
from communities.models.post_report import Decision, ReportReason
from foundation.files.errors import FileRejected
from foundation.files.receiving import FilesField, Received, forget_received, receive_checked, refusal_of
from foundation.markdown import LONGEST

MARKDOWN_HINT = _("**bold**, *italic*, lists with “-”, “>” before a quotation. “@” and a surname tell a member of the community.")


class MarkdownField(forms.CharField):
    """A long text; browsers count a line's end as one sign, and so do we."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, "widget": forms.Textarea(attrs={"rows": 6}), "help_text": MARKDOWN_HINT, **kwargs})

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class PostForm(forms.Form):
    """A message with files. `token` names this sending: a second click sends nothing new."""

    text = MarkdownField(label=_("Message"))
    files = FilesField(label=_("Files"), required=False)
    token = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", uuid.uuid4().hex)
        if people_url:
            self.fields["text"].widget.attrs["data-mentions"] = people_url

    def receive(self) -> list[Received]:
        """The uploads as checked temporary files; a refused one is an error of the form, and then none is kept. Call it when the words are valid."""
        uploads = self.cleaned_data.get("files") or []
        received: list[Received] = []
        if len(uploads) > MAX_FILES:
            self.add_error("files", _("A message has at most %(number)s files.") % {"number": MAX_FILES})
            return []
        for upload in uploads:
            try:
                received.append(receive_checked(upload))
            except FileRejected as rejection:
                self.add_error("files", refusal_of(upload, rejection))
            except BaseException:
                forget_received(received)
                raise
        if self.errors:
            forget_received(received)
            return []
        return received


class TopicForm(PostForm):
    """A new topic: its kind, title and first message."""

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("A question or a topic in one line, so that colleagues see what it is about."))

    field_order = ["kind", "title", "text", "files", "token"]

    def __init__(self, *args: Any, kinds: list[TopicKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        self.initial.setdefault("kind", TopicKind.QUESTION)


class EditForm(forms.Form):
    """New words for a message; `version` is the one that was read."""

    title = forms.CharField(label=_("Title"), max_length=160)
    text = MarkdownField(label=_("Message"))
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, with_title: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_title:
            del self.fields["title"]


class ReportForm(forms.Form):
    """Why moderators should look at a message."""

    reason = forms.ChoiceField(label=_("What is wrong?"), choices=ReportReason.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("In your own words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class DecisionForm(forms.Form):
    """What a moderator decides, and the words for both sides."""

    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The author and whoever reported it read this.")
    )


class HidingForm(forms.Form):
    """A moderator hides a message that nobody has reported."""

    reason = forms.ChoiceField(label=_("What is wrong?"), choices=ReportReason.choices, widget=forms.RadioSelect)
    answer = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The author reads this."))

"""A community's discussions: the list, a topic, beginning and answering, the states of a topic."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from communities import access_discussion as access
from communities.actions import discussion as actions
from communities.discussion_links import linked_nouns
from communities.discussions import FILTERS, UNANSWERED, page_of, search_posts, search_topics, topic_rows, topics_of
from communities.forms.discussion import PostForm, TopicForm
from communities.mentions import find_mentions, mentionable
from communities.models import Community, Post, Topic
from communities.models.discussion import TopicKind
from communities.pages import head_context
from communities.views.community import community_or_404
from foundation.markdown import LONGEST, render_markdown
from foundation.policy import forget_kept_values, kept_values, policy
from foundation.text_search import parse_query, snippet

PAGE_SIZE = 20
NAMES = 8
KEEPS = ("title", "text")


def readable_or_404(request: HttpRequest, slug: str) -> Community:
    """The community, if this person reads its discussions; to others they do not exist."""
    community = community_or_404(request, slug)
    if not access.may_read_discussion(request.user, community):
        raise Http404
    return community


def topic_or_404(request: HttpRequest, slug: str, pk: int) -> Topic:
    """A topic that the reader may see, with how far they have read it. One query."""
    topics = Topic.objects.visible_to(request.user).for_list(request.user)
    return get_object_or_404(topics, pk=pk, community__slug=slug)


def kept_text(request: HttpRequest, community: Community) -> HttpResponse:
    """Whoever may not write here (any more) gets their text back. Says the same whether or not what they answered exists."""
    values = {field: request.POST.get(field, "")[:LONGEST] for field in KEEPS}
    return render(request, "discussion/kept.html", {"community": community, "values": values}, status=403)


# --- the list -------------------------------------------------------------------------------------------------------


@policy("teacher")
def topic_list(request: HttpRequest, slug: str) -> HttpResponse:
    community, teacher = readable_or_404(request, slug), request.user
    narrow, words = request.GET.get("show", ""), request.GET.get("q", "").replace("\x00", " ").strip()[:200]
    context = head_context(community, teacher, current="discussion")
    context |= {"words": words, "narrow": narrow if narrow in FILTERS else "", "may_write": access.may_write(teacher, community)}
    context["filters"] = [("", _("All topics")), (UNANSWERED, _("Without an answer")), *((kind.value, kind.label) for kind in TopicKind)]
    query = parse_query(words)
    if not query.is_empty:
        page = Paginator(search_posts(query, teacher, community), PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"page": page, "found": [(post, snippet(post.text, query)) for post in page]}
    else:
        page = Paginator(topics_of(community, teacher, narrow), PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"page": page, "topics": topic_rows(page)}
    context["may_moderate"] = access.may_moderate(teacher, community)
    return render(request, "discussion/list.html", context)


@policy("teacher")
def discussion_search(request: HttpRequest) -> HttpResponse:
    """Topics of all communities whose discussions the reader may see, by words."""
    words = request.GET.get("q", "").replace("\x00", " ").strip()[:200]
    query = parse_query(words)
    found = Post.objects.none() if query.is_empty else search_topics(query, request.user)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "discussion/search.html", {"words": words, "page": page, "found": [(post, snippet(post.text, query)) for post in page]})


@policy("teacher", methods=["GET", "POST"], keeps=KEEPS)
def topic_new(request: HttpRequest, slug: str) -> HttpResponse:
    community, teacher = community_or_404(request, slug), request.user
    if not access.may_write(teacher, community):
        if request.method == "POST":
            return kept_text(request, community)
        readable_or_404(request, slug)
        raise PermissionDenied
    kinds = access.kinds_for(teacher, community)
    form = TopicForm(request.POST or None, request.FILES or None, kinds=kinds, people_url=_people_url(community), initial=kept_values(request))
    context = {"community": community, "form": form, "preview": _preview(request, form, community)}
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        topic = _sent(form, lambda received: actions.begin_topic(community, by=teacher, received=received, **_words(form, "kind", "title")))
        if topic is not None:
            forget_kept_values(request)
            messages.success(request, _("The topic is open. Members of the community learn of it."))
            return redirect(topic)
    return render(request, "discussion/new.html", context)


# --- a topic --------------------------------------------------------------------------------------------------------


@policy("teacher", methods=["GET", "POST"], keeps=KEEPS)
def topic(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A page of its messages, and the form below; POST answers."""
    if request.method == "POST":
        community = community_or_404(request, slug)
        if not access.may_write(request.user, community):
            return kept_text(request, community)
    shown = topic_or_404(request, slug, pk)
    form = PostForm(request.POST or None, request.FILES or None, people_url=_people_url(shown.community), initial=kept_values(request))
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        if not access.may_reply(request.user, shown):
            form.add_error(None, _("The topic is closed: no more messages are taken. Your text is kept in the field."))
        else:
            post = _sent(form, lambda received: actions.reply(shown, by=request.user, received=received, **_words(form)))
            if post is not None:
                forget_kept_values(request)
                return redirect(post)
    number = request.GET.get("page") if request.method == "GET" else str(shown.post_count)
    return render(request, "discussion/topic.html", _topic_context(request, shown, form, number))


def _topic_context(request: HttpRequest, shown: Topic, form: PostForm, number: str | None) -> dict[str, Any]:
    teacher, community = request.user, shown.community
    page = page_of(shown, teacher, number)
    posts = list(page)
    links = linked_nouns([link for post in posts for link in post.links.all()], teacher)
    for post in posts:
        post.topic = shown
        post.nouns = links.get(post.pk, [])  # type: ignore[attr-defined]
        post.is_new = shown.read_to is not None and post.number > shown.read_to and post.author_id != teacher.pk  # type: ignore[attr-defined]
        post.may_edit = access.may_edit_post(teacher, post)  # type: ignore[attr-defined]
    return {
        "topic": shown,
        "community": community,
        "page": page,
        "posts": posts,
        "last_number": posts[-1].number if posts else 0,
        "unread": bool(posts) and (shown.read_to or 0) < posts[-1].number,
        "form": form,
        "preview": _preview(request, form, community),
        "may_reply": access.may_reply(teacher, shown),
        "may_moderate": access.may_moderate(teacher, community),
        "may_accept": access.may_accept_answer(teacher, shown),
    }


def _sent(form: PostForm, act: Any) -> Any:
    """What the action made of the form; None when something is wrong, which the form then says."""
    received = form.receive()
    if form.errors:
        return None
    try:
        return act(received)
    except ValidationError as error:
        form.add_error("files" if error.__class__ is not ValidationError else "text", error)
    return None


def _words(form: PostForm, *more: str) -> dict[str, str]:
    return {field: form.cleaned_data[field] for field in (*more, "text", "token")}


def _people_url(community: Community) -> str:
    return reverse("discussion_people", args=[community.slug])


def _preview(request: HttpRequest, form: PostForm, community: Community) -> str:
    """The message as it would look; empty when nobody asked."""
    return preview_of(request.POST.get("text", ""), community) if request.method == "POST" and "preview" in request.POST else ""


def preview_of(text: str, community: Community) -> str:
    """Rendered as it will be; a name that several members have is not resolved yet, sending says so."""
    text = text.replace("\r\n", "\n").strip()[:LONGEST]
    try:
        mentions = {words: person.get_absolute_url() for words, person in find_mentions(text, community).items()}
    except ValidationError:
        mentions = {}
    return render_markdown(text, mentions)


@policy("teacher", methods=["POST"])
def post_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The preview alone, for the page's script."""
    community = readable_or_404(request, slug)
    return render(request, "discussion/_preview.html", {"preview": preview_of(request.POST.get("text", ""), community)})


@policy("teacher")
def discussion_people(request: HttpRequest, slug: str) -> HttpResponse:
    """Members whose names begin with these letters, for «@»; for those who write here alone."""
    community = community_or_404(request, slug)
    if not access.may_write(request.user, community):
        raise Http404
    text = request.GET.get("q", "").replace("\x00", " ").strip()[:80]
    people = mentionable(community).named(text).select_related("school").order_by("last_name", "first_name", "pk")[:NAMES] if len(text) > 1 else []
    names = Counter((person.last_name, person.first_name) for person in people)
    rows = []
    for person in people:
        twin = names[person.last_name, person.first_name] > 1
        rows.append((person, " ".join(filter(None, [f"@{person.last_name}", person.first_name, person.middle_name if twin else ""]))))
    return render(request, "discussion/_people.html", {"people": rows})


# --- states ---------------------------------------------------------------------------------------------------------


@policy("teacher", methods=["POST"])
def topic_read(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The reader has read up to `number`; the page's script says so by itself."""
    shown = topic_or_404(request, slug, pk)
    number = request.POST.get("number", "")
    if number.isascii() and number.isdigit() and len(number) < 9:
        actions.mark_topic_read(shown, min(int(number), shown.post_count), by=request.user)
    return redirect(f"{reverse('topic_list', args=[slug])}")


@policy("teacher", methods=["POST"])
def topic_pin(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    shown = topic_or_404(request, slug, pk)
    actions.pin_topic(shown, by=request.user, pinned="end" not in request.POST)
    return redirect(shown)


@policy("teacher", methods=["POST"])
def topic_closure(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    shown = topic_or_404(request, slug, pk)
    actions.close_topic(shown, by=request.user, closed="end" not in request.POST)
    return redirect(shown)


@policy("teacher", methods=["POST"])
def topic_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`post` is the message that answers the question; without one, no message does any more."""
    shown = topic_or_404(request, slug, pk)
    chosen = request.POST.get("post", "")
    post = None
    if chosen:
        number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 9 else 0
        post = get_object_or_404(Post.objects.select_related("author__school"), topic=shown, number=number)
    try:
        actions.accept_answer(shown, post, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(post or shown)

"""One event or route: the facts, the reports side by side, why it is where it is, and how to put it right."""

from typing import Any

import pandas as pd
import streamlit as st

from geo.records import Act, Article, Correction, Event, Route
from geo.show import place_kinds, place_words, putright, review_words, rule_words, source_words, titles, words
from geo.show.details import article_json, event_details, route_details
from geo.show.language import say
from geo.show.pages import acts, choices, forms, frame, login, parts, smallmap
from geo.show.shared import Shared, shared

LOOK_ALIKES_MOST = 5
OTHERS_MOST = 3
"""Other places of one name in a line."""
READ_MOST = 8
"""Articles that are asked why a name was taken for a place."""
SIDE_BY_SIDE = 4
"""Reports in one row of "What differs"."""
_NOT_PARTED = "not-parted"


def draw() -> None:
    """The event of the address."""
    here = shared()
    identity = parts.asked_id("event")
    found = here.found(identity) if identity else None
    acts.problem()
    if found is None:
        _absent(here, identity)
        return
    if st.query_params.get("do") == "edit":
        del st.query_params["do"]
        if login.may_edit():
            acts.edit(found.id)
    articles = here.articles_of(found)
    told = event_details(found, articles) if isinstance(found, Event) else route_details(found, articles)
    _head(here, found, told)
    left, right = st.columns([1.75, 1], gap="medium")
    with left:
        forms.draw(here, found, _nothing)
        rows = [(say("When"), told["when"]), (say("Where"), told["where"]),
                *((f["label"], f) for f in told["facts"]), (say("Told by"), told["told_by"])]
        parts.show(parts.facts((label, said["text"], said["reason"]) for label, said in rows))
        _reports(told["sentences"])
        _differences(here, found, articles)
        if isinstance(found, Event) and login.may_edit():
            _join_and_part(here, found, articles)
    with right:
        _why(here, found, told)
        acts.log(here, found)


def _nothing(entries: list[Correction]) -> None:
    """The page shows what became of it by itself."""


def _head(here: Shared, found: Event | Route, told: dict[str, Any]) -> None:
    """Type, status, title, and what can be done about it."""
    left, right = st.columns([1.75, 1], gap="medium")
    with left:
        kind = f"{parts.glyph(told['glyph'], told['type_label'])} {parts.md(told['type_label'])}"
        reviewed = f":green-badge[{say('reviewed')}]"
        if not found.reviewed:
            reviewed = f":gray-badge[{say('not yet reviewed')}]"
        st.markdown(f"{kind} · :gray-badge[{parts.md(told['status_label'])}] {reviewed}")
        st.markdown(f"## {parts.md(told['title'])}")
    with right:
        with st.container(key="event-acts", horizontal=True, horizontal_alignment="right"):
            if login.may_edit():
                _buttons(here, found)
            st.page_link("map.py", label=say("Show on the map"), icon=":material/map:",
                         query_params={"event": told["id"]})
        acts.who_and_why()  # beside what they go with: on a phone the page is long


def _buttons(here: Shared, found: Event | Route) -> None:
    ids = putright.members_of(found)
    if not found.reviewed:
        st.button(say("Accept"), icon=":material/check:", type="primary", key="act-accept",
                  on_click=acts.do, args=(here, Act.ACCEPT, ids))
    st.button(say("Put it right"), icon=":material/edit:", key="act-edit", on_click=acts.edit,
              args=("" if acts.editing() == found.id else found.id,))
    st.button(say("Reject") if isinstance(found, Event) else say("Mark wrong"), icon=":material/close:",
              key="act-reject", on_click=acts.do, args=(here, Act.REJECT, ids))
    if last := putright.last_undoable(acts.trail_of(here, found)):
        st.button(say("Undo"), icon=":material/undo:", key="act-undo", on_click=acts.do,
                  args=(here, Act.UNDO, ()), kwargs={"undoes": last.id})


def _absent(here: Shared, identity: str) -> None:
    """Nothing to show: what was rejected says so, and can be brought back."""
    for entry, reports in here.store().rejected() if identity else ():
        if any(report.id == identity for report in reports):
            st.markdown(f"## {parts.md(titles.shown(reports[0]))}")
            st.info(say("This was rejected. It is left out of map, lists and exports."))
            parts.show(parts.line(review_words.trail_line(entry), css="dl-small"))
            if login.may_edit():
                st.button(say("Bring it back"), key="act-back", icon=":material/undo:", on_click=acts.do,
                          args=(here, Act.UNDO, ()), kwargs={"undoes": entry.id})
            acts.who_and_why()
            return
    st.info(say("There is no such event or route.") if identity else say("Choose an event on the map."))
    st.page_link("map.py", label=say("Map"), icon=":material/map:")


def _reports(sentences: list[dict[str, Any]]) -> None:
    by_article: dict[str, list[dict[str, Any]]] = {}
    for sentence in sentences:
        by_article.setdefault(sentence["article"]["id"], []).append(sentence)
    several = len(by_article) > 1
    st.markdown(f"### {say('The reports, side by side') if several else say('The report')}")
    groups = [sorted(group, key=lambda s: int(s["at"])) for group in by_article.values()]  # as each article tells it
    for pair in (groups[i:i + 2] for i in range(0, len(groups), 2)):
        for column, group in zip(st.columns(2), pair, strict=False):
            article = group[0]["article"]
            with column, st.container(border=True, key=f"card-{article['id']}"):
                st.page_link("article.py", label=f"**{parts.md(article['title'])}**",
                             query_params={"id": article["id"]})
                parts.show(parts.el("div", article["line"], css="dl-lines"), *map(parts.sentence_block, group))
    parts.show(parts.key_of_marks())


def _differences(here: Shared, found: Event | Route, articles: dict[str, Article]) -> None:
    """What the reports tell differently, and what the event or route says."""
    reports = here.store().reports(found.member_ids)
    shown = [r for r in reports if r.article_ids[0] in articles][:SIDE_BY_SIDE]
    rows = review_words.differences(found, shown) if len(reports) > 1 else ()
    if not rows:
        return
    st.markdown(f"### {say('What differs')}")
    names = [article_json(articles[r.article_ids[0]])["title"] for r in shown]
    heads = ["", *(f"{n}. {parts.md(name)}" for n, name in enumerate(names, 1)), say("So Dateline says")]
    cells = [[row.what, *map(parts.md, row.reports), parts.md(row.joined)] for row in rows]
    st.table(pd.DataFrame(cells, columns=heads).set_index(""), border="horizontal")
    if len(reports) > len(shown):
        st.caption(say("{n} of {all} reports.", n=len(shown), all=len(reports)))


def _join_and_part(here: Shared, found: Event, articles: dict[str, Article]) -> None:
    """The same as another, or not one: reports are joined and parted, and stay so."""
    alike = {e.id: e for e in putright.look_alikes(here, found, LOOK_ALIKES_MOST)}
    reports = {r.id: r for r in here.store().reports(found.member_ids) if r.article_ids[0] in articles}
    if not alike and len(reports) < 2:
        return
    with st.expander(say("Join with another event, or part its reports")):
        if alike:
            choices.event_of(here, alike, say("Might be the same as"), f"alike-{found.id}")
            with st.container(horizontal=True):
                for label, key, act in ((say("The same"), "act-same", Act.SAME),
                                        (say("Not the same"), "act-not-same", Act.NOT_SAME)):
                    st.button(label, key=key, on_click=_link, args=(here, act, found, alike))
        if len(reports) > 1:
            choices.reports_of(reports, articles, say("These reports are of another event"), f"part-{found.id}")
            st.button(say("Part them"), key="act-part", icon=":material/call_split:", on_click=_part,
                      args=(here, found, [*reports]))
            if told := st.session_state.pop(_NOT_PARTED, ""):
                st.error(told)  # here, not above: there it would be out of sight and fold up what was opened


def _link(here: Shared, act: Act, found: Event, alike: dict[str, Event]) -> None:
    """With what is chosen now, not what was when the button was drawn: who is quick would join the wrong two."""
    other = alike[st.session_state[f"alike-{found.id}"]]
    acts.do(here, act, putright.members_of(found), others=putright.members_of(other))


def _part(here: Shared, found: Event, reports: list[str]) -> None:
    gone = st.session_state[f"part-{found.id}"]
    if not 0 < len(gone) < len(reports):
        st.session_state[_NOT_PARTED] = say(
            "Choose those of its reports that tell of another event, and leave at least one.")
        return
    acts.do(here, Act.NOT_SAME, gone, others=[i for i in reports if i not in gone])


def _why(here: Shared, found: Event | Route, told: dict[str, Any]) -> None:
    pin = say("Why is this pin here?") if getattr(found, "where", None) else say("Why is it not on the map?")
    st.markdown(f"### {pin if isinstance(found, Event) else say('Why is this route here?')}")
    points = smallmap.points_of(found)
    if points:
        smallmap.draw("event-map", points, route=found if isinstance(found, Route) else None)
    parts.show(parts.facts([(say("Place"), told["where"]["text"], told["where"]["reason"]),
                            *(_place_reasons(here, found) if isinstance(found, Event) else ()),
                            (say("Date"), told["when"]["text"], told["when"]["reason"]),
                            (say("Status"), told["status_label"], _status_reason(found))]))
    if isinstance(found, Route) and (rows := _place_reasons(here, found)):
        with st.expander(say("Why these places")):
            parts.show(parts.facts(rows))
    if told["alternatives"]:
        st.markdown(f"**{say('Could also be')}**")
        table = [{say("No."): n, say("Place"): p["name"], say("Latitude"): p["lat"], say("Longitude"): p["lon"]}
                 for n, p in enumerate(told["alternatives"], 1)]
        st.dataframe(pd.DataFrame(table), hide_index=True, alt=say("Other places of that name"))
    sure = source_words.confidence_words(told["confidence"], told["factors"])
    parts.show(parts.facts([(say("Confidence"), sure.text, sure.reason)]))
    if told["factors"]:
        factor, value = say("Factor"), say("Value")
        st.dataframe(
            pd.DataFrame(told["factors"], columns=[factor, value]), hide_index=True,
            alt=say("Factors of confidence"),
            column_config={value: st.column_config.ProgressColumn(format="%.2f", min_value=0, max_value=1)},
        )
    for conflict in told["conflicts"]:
        st.caption(say("The reports differ: {what}", what=parts.md(conflict)))


def _status_reason(found: Event | Route) -> str:
    """A person's word goes before the rule of reading."""
    by_hand = "status by hand"
    if any(name == by_hand for name, _ in found.factors):
        return source_words.factor_name(by_hand)
    return rule_words.status_of(found.evidence[0])


def _place_reasons(here: Shared, found: Event | Route) -> list[tuple[str, str, str]]:
    """Why each name was taken for the place, and of a route's ends what else it might have been."""
    read = [f for i in found.article_ids[:READ_MOST] if (f := here.store().findings(i))]
    rows = []
    for name, where in place_words.wheres(found):
        rule = rule_words.of_place(where)
        why = say("; ").join((*((rule,) if rule else ()), *place_words.reasons(where, read)))
        others = words.listed((place_kinds.line(p) for p in where.alternatives[:OTHERS_MOST]), last=words.OR)
        ends = isinstance(found, Route)
        meant = say("“{name}” is {place}", name=words.clean(where.name_in_text), place=words.place_line(where.place))
        also = say("could also be {places}", places=others) if ends and others else ""
        if why or also:
            rows.append((say(name), meant, say("; ").join(part for part in (why, also) if part)))
    return rows


frame.run(draw)

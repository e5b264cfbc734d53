"""One event or route: the facts, the reports side by side, and why it is where it is."""

from typing import Any

import pandas as pd
import streamlit as st

from geo.records import Event, StoreError
from geo.show import words
from geo.show.details import event_details, route_details
from geo.show.pages import parts
from geo.show.shared import shared


def draw() -> None:
    """The event of the address."""
    here = shared()
    identity = parts.asked_id("event")
    found = here.found(identity) if identity else None
    if found is None:
        st.info("There is no such event or route." if identity else "Choose an event on the map.")
        st.page_link("map.py", label="Map", icon=":material/map:")
        return
    articles = here.articles_of(found)
    told = event_details(found, articles) if isinstance(found, Event) else route_details(found, articles)
    kind = f"{parts.glyph(told['glyph'], told['type_label'])} {parts.md(told['type_label'])}"
    st.markdown(f"{kind} · :gray-badge[{parts.md(told['status_label'])}]")
    st.markdown(f"## {parts.md(told['title'])}")
    left, right = st.columns([2, 1], gap="medium")
    with left:
        rows = [("When", told["when"]), ("Where", told["where"]), *((f["label"], f) for f in told["facts"])]
        rows.append(("Told by", told["told_by"]))
        parts.show(parts.facts((label, said["text"], said["reason"]) for label, said in rows))
        _reports(told["sentences"])
    with right:
        _why(told)
        st.page_link("map.py", label="Show on the map", icon=":material/map:", query_params={"event": told["id"]})


def _reports(sentences: list[dict[str, Any]]) -> None:
    st.markdown("### The reports, side by side")
    by_article: dict[str, list[dict[str, Any]]] = {}
    for sentence in sentences:
        by_article.setdefault(sentence["article"]["id"], []).append(sentence)
    groups = [sorted(group, key=lambda s: int(s["at"])) for group in by_article.values()]  # as each article tells it
    for pair in (groups[i:i + 2] for i in range(0, len(groups), 2)):
        for column, group in zip(st.columns(2), pair, strict=False):
            article = group[0]["article"]
            with column, st.container(border=True, key=f"card-{article['id']}"):
                st.page_link("article.py", label=f"**{parts.md(article['title'])}**",
                             query_params={"id": article["id"]})
                parts.show(parts.el("div", article["line"], css="dl-lines"), *map(parts.sentence_block, group))
    parts.show(parts.key_of_marks())


def _why(told: dict[str, Any]) -> None:
    st.markdown("### Why is it here?")
    parts.show(parts.facts([("Place", told["where"]["text"], told["where"]["reason"]),
                            ("Date", told["when"]["text"], told["when"]["reason"])]))
    if told["alternatives"]:
        st.markdown("**Could also be**")
        table = [{"Place": p["name"], "Latitude": p["lat"], "Longitude": p["lon"]} for p in told["alternatives"]]
        st.dataframe(pd.DataFrame(table), hide_index=True, alt="Other places of that name")
    sure = words.confidence_words(told["confidence"], told["factors"])
    parts.show(parts.facts([("Confidence", sure.text, sure.reason)]))
    if told["factors"]:
        st.dataframe(
            pd.DataFrame(told["factors"], columns=["Factor", "Value"]), hide_index=True, alt="Factors of confidence",
            column_config={"Value": st.column_config.ProgressColumn(format="%.2f", min_value=0, max_value=1)},
        )
    for conflict in told["conflicts"]:
        st.caption(f"The reports differ: {parts.md(conflict)}")


try:
    draw()
except StoreError as error:
    st.error(parts.md(str(error)))

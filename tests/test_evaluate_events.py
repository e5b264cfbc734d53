"""The scorer of events on made-up documents: what counts as found, dated, placed and false."""

from datetime import date

from geo.evaluate.events import (
    Document,
    Gold,
    Said,
    Step,
    Tally,
    figures_of,
    score_line,
    score_templates,
    score_words,
)

DAY = date(2019, 9, 9)


def said(kind: str = "bombing_ied", days: tuple[date, date] | None = (DAY, DAY), *names: str) -> Said:
    return Said(kind, days, frozenset(names), ((0, 40),))


def template(**changes: object) -> Gold:
    base: dict[str, object] = {"type": "bombing", "stage": "accomplished", "dates_iso": ["2019-09-09"],
                               "places": [[Step("IRAQ"), Step("MOSUL", "CITY"), Step("X", "NEIGHBORHOOD")]]}
    return Gold(**(base | changes))  # type: ignore[arg-type]


def figures(document: Document, *events: Said) -> dict[str, float]:
    tally = Tally()
    score_templates(document, events, tally)
    score_templates(Document("nothing", events=[]), events, tally)
    return figures_of(tally)


def test_one_event_must_have_date_and_place_together() -> None:
    document = Document("text", events=[template()])
    apart = figures(document, said("bombing_ied", None, "mosul"), said("bombing_ied", (DAY, DAY), "iraq"))
    assert (apart["type found"], apart["with date"], apart["with place"], apart["all three"]) == (1, 1, 1, 0)
    assert apart["false per empty"] == 2
    assert figures(document, said("bombing_ied", (DAY, DAY), "mosul", "iraq"))["all three"] == 1


def test_a_wide_interval_is_no_date_and_a_wrong_type_no_find() -> None:
    document = Document("text", events=[template()])
    year = (date(2019, 1, 1), date(2019, 12, 31))
    assert figures(document, said("bombing_ied", year, "mosul"))["with date"] == 0
    assert figures(document, said("talks", (DAY, DAY), "mosul"))["type found"] == 0


def test_optional_and_threatened_templates_are_not_asked_for() -> None:
    document = Document("text", events=[template(optional=True), template(stage="threatened"), template()])
    tally = Tally()
    score_templates(document, [], tally)
    assert tally.counts["gold"] == 1


def test_marked_words_and_lines() -> None:
    tally = Tally()
    gold = [Gold("Conflict.Attack.Unspecified", trigger="hit", start=5, end=8),
            Gold("Conflict.Attack.Unspecified", trigger="hit", start=55, end=58),
            Gold("Life.Die.Unspecified", start=5)]
    score_words(Document("text", events=gold), [said()], tally)
    assert figures_of(tally)["type found"] == 0.5
    lines = Tally()
    score_line(Document("text", type="airstrike", location="Tal Áfar"), [said("airstrike", None, "tal afar")], lines)
    assert (figures_of(lines) | {"documents": 0})["place"] == 1

"""Which place a name means: containment, coherence, consonants, ties, and what is kept beside the answer."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.locate import Gazetteer, resolve
from geo.locate.cues import town_words
from geo.records import Mention, MentionKind, Span, Toponym, Unresolved


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.open()


def resolved(text: str, *names: str, demonyms: tuple[str, ...] = (), source: str = "") -> dict[str, Toponym]:
    """The toponyms of these words, in the order given, which must be their order in the text."""
    mentions, at = [], 0
    for name in names:
        at = text.index(name, at)
        kind = MentionKind.DEMONYM if name in demonyms else MentionKind.PLACE
        mentions.append(Mention(Span(at, at + len(name)), name, "both", kind))
        at += len(name)
    found = resolve(mentions, text, gazetteer(), source=source)
    assert [t.mention for t in found] == mentions
    return {t.mention.name: t for t in found}


def identity(toponym: Toponym) -> str:
    return toponym.place.gazetteer_id if toponym.place else str(toponym.unresolved)


def test_the_container_beside_the_name_decides() -> None:
    text = "Bangor, Maine and Long Beach, California"
    found = resolved(text, "Bangor", "Maine", "Long Beach", "California")
    assert identity(found["Bangor"]) == "gn:4957280"
    assert identity(found["Long Beach"]) == "gn:5367929"
    assert any("Maine" in reason for reason in found["Bangor"].reasons)


def test_neighbours_decide_where_no_container_is_written() -> None:
    found = resolved("Tripoli, Sidon, Tyre and Beirut", "Tripoli", "Sidon", "Tyre", "Beirut")
    assert {t.place.country_code for t in found.values() if t.place} == {"LB"}


def test_consonants_only_in_countries_in_play() -> None:
    with_iraq = resolved("Makhmour and Mosul in Iraq", "Makhmour", "Mosul", "Iraq")["Makhmour"]
    assert with_iraq.place is not None
    assert with_iraq.place.country_code == "IQ"
    assert any("skeleton" in reason for reason in with_iraq.reasons)
    alone = resolved("Makhmour and Boston in Ohio", "Makhmour", "Boston", "Ohio")["Makhmour"]
    assert alone.unresolved is Unresolved.NOT_IN_GAZETTEER


def test_a_place_is_not_rescued_by_dropping_its_head_word() -> None:
    found = resolved("Qwxzor Island in Iraq", "Qwxzor Island", "Iraq")["Qwxzor Island"]
    assert found.place is None
    assert found.unresolved is Unresolved.NOT_IN_GAZETTEER


def test_one_unknown_name_empties_nothing() -> None:
    found = resolved("Qwxzorbad, Mosul", "Qwxzorbad", "Mosul")
    assert found["Qwxzorbad"].unresolved is Unresolved.NOT_IN_GAZETTEER
    assert identity(found["Mosul"]) == "gn:99072"


def test_demonyms_resolve_to_their_country_or_to_none() -> None:
    found = resolved("Iraqi and Kurdish forces", "Iraqi", "Kurdish", demonyms=("Iraqi", "Kurdish"))
    assert identity(found["Iraqi"]) == "gn:99237"
    assert found["Kurdish"].unresolved is Unresolved.NOT_A_PLACE


def test_runners_up_and_reasons_are_kept() -> None:
    paris = resolved("A fair in Paris", "Paris")["Paris"]
    assert identity(paris) == "gn:2988507"
    assert 1 <= len(paris.alternatives) <= 5
    assert paris.place not in paris.alternatives
    assert any("population" in reason for reason in paris.reasons)


def test_the_source_gives_a_home_country() -> None:
    text = "Crews were sent to Tripoli"
    for source, country in (("dailynews.com.lb", "LB"), ("example.com.ly", "LY")):
        place = resolved(text, "Tripoli", source=source)["Tripoli"].place
        assert place is not None
        assert place.country_code == country


def test_a_group_puts_its_countries_in_play() -> None:
    found = resolved("Near Palmyra, one strike struck an ISIL tactical unit.", "Palmyra")["Palmyra"]
    assert found.place is not None
    assert found.place.country_code == "SY"
    assert any("groups of SY" in reason for reason in found.reasons)
    plain = resolved("A fair was held near Palmyra.", "Palmyra")["Palmyra"]
    assert plain.place is not None
    assert plain.place.country_code == "US"


def test_same_consonants_must_be_spelt_alike() -> None:
    """Qaboun and Kobane share their consonants, al-Baghdadi is not Baghdad, Castello not Qestele."""
    names = ("Qaboun", "Castello", "Baghdadi")
    found = resolved(f"{', '.join(names)} in Syria and Iraq", *names, "Syria", "Iraq")
    assert found["Qaboun"].place is None
    assert not any("skeleton" in reason for name in names for reason in found[name].reasons)


def test_a_country_is_never_looked_for_by_its_consonants() -> None:
    """Arak in Iran shares them with Iraq, Bartın in Turkey with Britain."""
    found = resolved("Tehran and Isfahan in Iran said Iraq", "Tehran", "Isfahan", "Iran", "Iraq")
    assert identity(found["Iraq"]) == "gn:99237"


def test_a_bare_name_is_the_chief_town_unless_the_unit_is_wide_or_said() -> None:
    found = resolved("Homs and Aleppo; Homs Governorate; Quebec", "Homs", "Aleppo", "Homs Governorate", "Quebec")
    assert [identity(t) for t in found.values()] == ["gn:169577", "gn:170063", "gn:169575", "gn:6115047"]
    assert identity(resolved("A convoy in Gaza", "Gaza")["Gaza"]) == "gn:281133", "not Mozambique's province"


def test_a_comma_in_a_list_of_towns_contains_nothing() -> None:
    found = resolved("Qamishli, Hasakah and Raqqa", "Qamishli", "Hasakah", "Raqqa")
    assert identity(found["Hasakah"]) == "gn:173811"


def test_a_container_speaks_once() -> None:
    """"Chicago, Illinois" is one voice for the USA, as "Chicago" alone would be."""
    alone = resolved("Flights from Rome and from Chicago", "Rome", "Chicago")["Rome"]
    beside = resolved("Flights from Rome and from Chicago, Illinois", "Rome", "Chicago", "Illinois")["Rome"]
    assert beside.score == pytest.approx(alone.score, abs=0.02)
    assert identity(beside) == identity(alone)


def test_alternatives_keep_their_scores() -> None:
    """In falling order, on the scale of the score."""
    paris = resolved("A fair in Paris", "Paris")["Paris"]
    assert len(paris.alternative_scores) == len(paris.alternatives)
    assert [paris.score, *paris.alternative_scores] == sorted([paris.score, *paris.alternative_scores], reverse=True)


@pytest.mark.parametrize(("name", "ident"), [
    ("Eastern Ghouta", "ucdp:eastern-ghouta"), ("Zamalka", "ucdp:zamalka"), ("Saqba", "ucdp:saqba"),
    ("Kisik", "own:kisik"), ("Al Baghdadi", "own:al-baghdadi"), ("Ain al-Asad", "ap:ORAA"),
    ("Taqaddum", "ap:ORAT"), ("Taji", "own:taji"), ("Hmeimim", "ap:OSLK"), ("T4", "ucdp:tiyas-military-airbase"),
    ("Rukban", "ucdp:al-rukban-camp"),
])  # fmt: skip
def test_places_of_conflict_are_known(name: str, ident: str) -> None:
    text = f"Strikes near {name} in Syria and Iraq"
    assert identity(resolved(text, name, "Syria", "Iraq")[name]) == ident


def test_a_name_known_elsewhere_is_compared_in_the_country_in_play() -> None:
    """France has an Arbin, Syria an Irbin."""
    found = resolved("Arbin and Duma in Syria", "Arbin", "Duma", "Syria")["Arbin"]
    assert found.place is not None
    assert found.place.country_code == "SY"


def test_the_town_of_the_source_speaks_for_its_state() -> None:
    text = "Crews were sent to Springfield on Monday"
    for source, state in (("The Boston News", "Massachusetts"), ("chicagoherald.com", "Illinois")):
        place = resolved(text, "Springfield", source=source)["Springfield"].place
        assert place is not None
        assert state in [name for _, name in place.within]


@pytest.mark.parametrize(("source", "words"), [
    ("The Paris News", ("Paris",)), ("www.theparisnews.com", ("Paris",)), ("dispatch.com", ()), ("", ()),
    ("http://gainesvilleregister.com/a/b", ("Gainesville",)), ("Beirut Daily Star", ("Beirut",)),
    ("lansingstatejournal.com", ("Lansing",)),
])  # fmt: skip
def test_towns_in_the_names_of_sources(source: str, words: tuple[str, ...]) -> None:
    assert town_words(source) == words


WORDS = ["Paris", "Mosul", "Springfield", "Texas", "Iraq", "Qwxzor", "Georgia", "Tyre"]
NAMES = st.lists(st.sampled_from(WORDS), max_size=6)


@settings(max_examples=40, deadline=None)
@given(NAMES)
def test_scores_are_shares_and_runs_agree(names: list[str]) -> None:
    text, mentions = ", ".join(names), []
    at = 0
    for name in names:
        mentions.append(Mention(Span(at, at + len(name)), name, "both"))
        at += len(name) + 2
    found = resolve(mentions, text, gazetteer())
    assert found == resolve(mentions, text, gazetteer())
    assert all(0 <= t.score <= 1 and len(t.alternatives) <= 5 for t in found)
    senses = {(t.mention.name, identity(t)) for t in found}
    assert len(senses) == len(set(names)), "one sense in one article"

"""Is a draft a report of one event, or talk about events? What only talks is background."""

from spacy.tokens import Doc

from geo.extract.attribution import MOVES, Attribution
from geo.extract.dating import LEAD_SENTENCES, Timed
from geo.extract.drafts import Draft
from geo.extract.grammar import is_verb
from geo.extract.status import Judgement
from geo.extract.triggers import Trigger
from geo.records import Article, DateBasis, Status


def in_passing(
    judgement: Judgement, timed: Timed, place: Attribution | None, article: Article, told: int
) -> Judgement:
    """Far from the lead of a dated report, neither a day nor a place: talk about the past, no report."""
    undated = timed.when.basis in (DateBasis.NONE, DateBasis.PUBLICATION) and timed.span is None
    news = judgement.status in (Status.REPORTED, Status.CLAIMED)
    if news and undated and place is None and told >= LEAD_SENTENCES and article.published is not None:
        return Judgement(Status.BACKGROUND, "neither day nor place", 0.6)
    return judgement


def movement(trigger: Trigger, draft: Draft, judgement: Judgement) -> Judgement:
    """A movement without an end of its own is said in passing: the routes tell of it."""
    if trigger.type in MOVES and not draft.places and judgement.status is Status.REPORTED:
        return Judgement(Status.BACKGROUND, "movement without a place of its own", 0.6)
    return judgement


def pointing_back(
    trigger: Trigger, doc: Doc, place: Attribution | None, timed: Timed | None, judgement: Judgement
) -> Judgement:
    """ "condemned the attack" without place, date or an event before: of something this article does not tell."""
    definite = any(c.lower_ in ("the", "this", "that", "these", "those") for c in doc[trigger.head].children)
    if (
        judgement.status is Status.REPORTED
        and definite
        and place is None
        and timed is None
        and not is_verb(doc[trigger.head])
    ):
        return Judgement(Status.BACKGROUND, "points back to what is not told here", 0.7)
    return judgement

"""Made-up findings as long as real ones: articles with an address, some hundred words and the places they name.

`generated.world` makes short texts, which merging is tested on; what keeping an article costs is measured with these.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from geo.records import Findings, Mention, Place, Span, Toponym
from tests.generated import SYLLABLES

VOCABULARY, SENTENCES, LENGTH = 6_000, 20_000, 14
SAID = 15
"""Sentences behind the report: with them a text has the 2,500 characters of a usual article."""
NAMED, ALTERNATIVES = 12, 3
"""Places that an article names, and what else each might be: with these its toponyms take the room of real ones."""


def body_of(text: str) -> str:
    """What the copies of one text have in common."""
    return text.partition(" Wire) ")[2] or text


def lengthened(made: Iterable[Findings], towns: Sequence[Place], seed: int = 1) -> Iterator[Findings]:
    """Each with more words behind what it reports, the same for the copies of one text; and naming some towns."""
    sentences = _sentences(random.Random(seed))
    toponyms = [_toponym(place, towns, number) for number, place in enumerate(towns)]
    for number, one in enumerate(made):
        dice = random.Random(body_of(one.article.text))
        said, named = dice.choices(sentences, k=SAID), dice.sample(toponyms, min(NAMED, len(toponyms)))
        text = f"{one.article.text}\n\n{' '.join(said[1:])} “{said[0]}”\n\n"
        placed = []
        for toponym in named:
            at = Span(len(text), len(text) + len(toponym.mention.name))
            placed.append(replace(toponym, mention=replace(toponym.mention, span=at)))
            text += f"{toponym.mention.name}. "
        address = f"https://{one.article.source.replace(' ', '').lower()}.example/{number}"
        article = replace(one.article, text=text, url=address, title=f"Report {number}")
        yield replace(one, article=article, toponyms=tuple(placed))


def _sentences(dice: random.Random) -> list[str]:
    words = sorted({"".join(dice.choices(SYLLABLES, k=dice.randrange(1, 5))) for _ in range(3 * VOCABULARY)})
    dice.shuffle(words)
    uneven = list(accumulate(1 / (rank + 8) for rank in range(VOCABULARY)))
    return [" ".join(dice.choices(words[:VOCABULARY], cum_weights=uneven, k=LENGTH)).capitalize() + "."
            for _ in range(SENTENCES)]


def _toponym(place: Place, towns: Sequence[Place], number: int) -> Toponym:
    others = random.Random(number).sample(towns, min(ALTERNATIVES, len(towns)))
    mention = Mention(Span(0, len(place.name)), place.name, "both")
    return Toponym(mention, place, 0.8, ("a name of the place", "near other places named"), tuple(others))

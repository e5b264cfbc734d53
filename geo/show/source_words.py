"""Who says so, and how sure it is, in plain words: articles, publishers, origins, factors of confidence."""

from collections.abc import Sequence

from geo.records import Article, How, RouteStatus
from geo.show.known_words import known_by
from geo.show.language import ENGLISH, apart, counted, in_row, say, spoken, term
from geo.show.words import Words, capital, clean, day_words, listed, short, status_words

NAME_MOST = 48
"""Code points of an article's first words, where it has no title to be called by."""
NOT_STATED = term("Not stated")
"""The publisher of an article that names none."""


def told_by_words(sources: Sequence[str], n_independent: int, origins: Sequence[str]) -> Words:
    """`sources`: the publisher of each article, "" where not stated; `origins`: who is cited."""
    n = len(sources)
    if n <= 1:
        cited = [o for o in origins if o not in sources]
        names = listed(_the(clean(o)) for o in cited)
        return Words(counted(1, "article"), say("citing {names}", names=names) if cited else "")
    text = in_row((counted(n, "article"), counted(n_independent, "independent origin")))
    if n_independent != 1 or not origins:
        return Words(text, say("; ").join(apart(clean(o)) for o in origins))
    who = say("both") if n == 2 else say("all {n}", n=n)
    told = term("{who} by {name}") if origins[0] in sources else term("{who} quote {name}")
    return Words(text, say(told, who=who, name=_the(clean(origins[0]))))


def _the(name: str) -> str:
    """A common noun takes its article where ours is the language of the name: the US-led coalition, but Reuters."""
    if spoken() != ENGLISH:
        return name
    last = name.split()[-1] if name.split() else ""
    return f"the {name}" if last[:1].islower() and not name.lower().startswith("the ") else name


def told_short(n_articles: int, n_independent: int) -> str:
    """2 articles, 1 origin."""
    return in_row((counted(n_articles, "article"), counted(n_independent, "origin") if n_articles > 1 else ""))


def confidence_words(confidence: float, factors: Sequence[tuple[str, float]]) -> Words:
    """Never a probability: the product of its factors."""
    product = say("the product of {factors}; not a probability", factors=counted(len(factors), "stated factor"))
    return Words(f"{confidence:.2f}", product if factors else "")


_FACTORS = {
    "words": term("How plainly the words say it"), "status": term("Told as done, not as planned"),
    "place": term("Place in the sentence"), "precision": term("How exact the place is"),
    "date": term("How the date is known"), "days": term("How exact the date is"),
    "reviewed": term("Confirmed by a person"), "type by hand": term("Type given by a person"),
    "date by hand": term("Date given by a person"), "place by hand": term("Place given by a person"),
    "later in the text": term("Told late in the text"), "told once": term("Told in one sentence only"),
    "cue": term("How plainly the words say that they move"), "places": term("How sure its places are"),
    "ends linked by word order": term("Ends told by their order in the sentence"),
    "one end only": term("Only one end is told"), "direction not stated": term("Direction not stated"),
    "an end without a place": term("An end is in no gazetteer"), "status by hand": term("Status given by a person"),
    "ends by hand": term("Ends given by a person"), "reports disagree": term("The reports disagree"),
    "coded data": term("How far this table is trusted"),
}


def factor_name(name: str) -> str:
    """A factor's key as words."""
    if name in _FACTORS:
        return say(_FACTORS[name])
    number, _, rest = name.partition(" ")
    if rest == "independent origins" and number.isdecimal():
        return counted(int(number), "independent origin")
    status = next((s for s in RouteStatus if name == f"told as {s}"), None)
    if status is not None:
        return say("Told as: {status}", status=status_words(status))
    return capital(clean(name).replace("_", " "))


# --- articles


def article_name(article: Article) -> str:
    """Its title, else its day and its first words: a wire sends many on one day."""
    if article.title:
        return clean(article.title)
    start = short(clean(article.text[article.body_start:article.body_start + 10 * NAME_MOST]), NAME_MOST)
    if article.published:
        return say("Article of {date}: {start}", date=day_words(article.published), start=apart(start))
    return say("Undated article: {start}", start=apart(start))


def article_facts(article: Article) -> tuple[Words, Words]:
    """Publisher and day, each with how it was known."""
    how = {h.field: h for h in article.how}
    publisher = Words(say("publisher not stated"))
    if article.source:
        publisher = Words(clean(article.source), _how(how, "source"))
    if article.published is None:
        return publisher, Words(say("undated"), say("the article gives no date"))
    return publisher, Words(day_words(article.published), _how(how, "published") or _how(how, "date"))


def _how(how: dict[str, How], field: str) -> str:
    if field not in how:
        return ""
    return known_by(clean(how[field].rule).replace("_", " "))


def article_line(article: Article) -> str:
    """Under a quoted sentence: publisher and day in one line."""
    publisher, day = article_facts(article)
    guessed = any(h.field == "source" and "guess" in h.rule for h in article.how)
    guess = f" ({publisher.reason})" if guessed else ""
    return in_row((apart(publisher.text) + guess, day.text))

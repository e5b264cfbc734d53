"""Who is cited: the speaker of a sentence, carried through quotations, in one shape for one organisation."""

from itertools import islice

from spacy.tokens import Doc, Span, Token

from geo.extract.event_words import event_words
from geo.extract.grammar import forms, is_noun, is_verb, up
from geo.records import Article

OPENING = '“"«'


def origins_by_sentence(article: Article, doc: Doc) -> dict[int, tuple[str, ...]]:
    """Start token of each sentence -> who is cited for it, () when nobody is; names in the form first seen."""
    known = [_plain(t) for t in islice((t for t in doc if is_noun(t) and _led(t)), 1)]
    cited: dict[int, tuple[str, ...]] = {}
    speaker, open_quote, paragraph = "", False, -1
    for sentence in doc.sents:
        begin = article.text.rfind("\n\n", 0, max(sentence.start_char, 1))
        if begin != paragraph:
            paragraph = begin
            speaker = speaker if open_quote and _opens(sentence) else ""
            open_quote = open_quote and bool(speaker)
        words = _speaker(sentence)
        if words:
            speaker = _known_as(words, known)
        quoted = open_quote or _opens(sentence)
        cited[sentence.start] = (speaker,) if words or (quoted and speaker) else ()
        open_quote = _left_open(sentence, was_open=open_quote)
    return cited


def _opens(sentence: Span) -> bool:
    text = sentence.text.lstrip()
    return bool(text) and text[0] in OPENING


def _left_open(sentence: Span, *, was_open: bool) -> bool:
    """Whether a quotation runs on behind the sentence; straight quotes are counted, curly ones are read."""
    text = sentence.text
    if "“" in text or "”" in text:
        return text.rfind("“") > text.rfind("”")
    return was_open != (text.count('"') % 2 == 1)


def _speaker(sentence: Span) -> str:
    for token in sentence:
        if token.lower_ == "according" and token.i + 1 < sentence.end and token.nbor(1).lower_ == "to":
            heads = [c for c in token.nbor(1).children if c.dep_ == "pobj"]
            if heads:
                return _words(heads[0])
    for token in sentence:
        if (
            is_verb(token)
            and forms(token) & event_words().origin.telling
            and not any(c.dep_ in ("neg", "auxpass") for c in token.children)
        ):
            speakers = [c for c in token.children if c.dep_ == "nsubj"]
            if any(c.dep_ == "dobj" for c in token.children) and not any(c.dep_ == "ccomp" for c in token.children):
                continue
            for child in speakers[-1:]:
                if child.lower_ not in event_words().origin.pronouns and is_noun(child) and _speaks(token):
                    return _words(child)
    return ""


def _speaks(verb: Token) -> bool:
    return verb.dep_ in ("ROOT", "parataxis", "conj", "advcl", "ccomp") and not any(
        h.dep_ == "relcl" for h in (verb, *up(verb))
    )


def _words(noun: Token) -> str:
    """The organisation a speaker stands for, or the speaker: "a spokesman for the coalition" is the coalition."""
    for one in (noun, *(c for c in noun.children if c.dep_ == "appos")):
        if forms(one) & event_words().origin.voices or one.i == noun.i:
            for child in one.children:
                if (
                    child.dep_ == "prep"
                    and child.lower_ in event_words().origin.for_
                    and forms(one) & event_words().origin.voices
                ):
                    for inner in child.children:
                        if inner.dep_ == "pobj":
                            return _organisation(inner, noun)
    return _plain(noun)


def _organisation(noun: Token, speaker: Token) -> str:
    """The body itself: the owner of "the coalition's special forces", the apposition "the US-led … campaign"."""
    owner = next((c for c in noun.children if c.dep_ == "poss" and is_noun(c)), None)
    if owner is not None:
        return _plain(owner)
    described = next(
        (c for c in (*noun.children, *speaker.children) if c.dep_ == "appos" and _led(c) and c.i > noun.i), None
    )
    return _plain(described) if described is not None else _plain(noun)


def _led(noun: Token) -> str:
    """ "us-led" of "the US-led coalition", "" where nobody is said to lead."""
    for child in noun.children:
        if child.lower_ == "led" and child.i >= 2 and child.nbor(-1).text == "-":
            return f"{child.nbor(-2).lower_.replace('.', '')}-led"
    return ""


def _plain(noun: Token) -> str:
    left = [
        c
        for c in noun.children
        if c.i < noun.i and c.dep_ in ("compound", "amod", "nmod", "poss", "nummod", "npadvmod")
    ]
    start = min((c.left_edge.i for c in left), default=noun.i)
    words: str = noun.doc[start : noun.i + 1].text
    return " ".join(words.split()).strip("“”\"'‘’[]()")


def _known_as(words: str, known: list[str]) -> str:
    """The form first seen of the same body: the same words, the shorter name of a longer one, or the same leader."""
    low = words.lower()
    led = next((w.replace(".", "") for w in low.split() if w.endswith("-led")), "")
    for form in known:
        seen = form.lower()
        same_leader = led and led in seen.replace(".", "")
        if low == seen or seen.endswith(f" {low}") or same_leader:
            return form
    known.append(words)
    return words

"""Questions asked of a dependency parse. The parser errs, so the words next to each other are asked first."""

from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

from geo import records

NOMINAL = frozenset({"NOUN", "PROPN"})
VERBAL = frozenset({"VERB", "AUX"})
MODIFIERS = frozenset({"compound", "amod", "nmod", "npadvmod", "nummod"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
PASSIVE = frozenset({"nsubjpass"})
CLAUSES = frozenset({"ROOT", "ccomp", "advcl", "relcl", "acl", "parataxis", "conj", "pcomp", "csubj"})


def forms(token: Token) -> frozenset[str]:
    """The small-letter shapes under which a word list may hold this token; capitalised plurals lose their s."""
    lower = token.lower_.strip("'’“”\"")
    shapes = {lower, token.lemma_.lower()}
    if token.pos_ in NOMINAL and lower.endswith("s") and len(lower) > 3:
        shapes.add(lower[:-1])
    return frozenset(shapes)


def is_noun(token: Token) -> bool:
    return token.pos_ in NOMINAL


def is_verb(token: Token) -> bool:
    return token.pos_ in VERBAL


def sentence_of(token: Token) -> Span:
    sentence: Span = token.sent
    return sentence


def span_of(sentence: Span) -> records.Span:
    """The code points of a sentence, without the blanks round it."""
    words = sentence.text
    start = sentence.start_char + len(words) - len(words.lstrip())
    return records.Span(start, start + len(words.strip()))


def up(token: Token) -> Iterator[Token]:
    """The heads of `token`, nearest first, without itself."""
    while token.head.i != token.i:
        token = token.head
        yield token


def phrase(token: Token) -> tuple[Token, ...]:
    """Head noun with its modifiers and what stands behind its "of": the words that say what it is."""
    words = [token]
    for child in token.children:
        if child.dep_ in MODIFIERS:
            words += [child, *(c for c in child.children if c.dep_ in MODIFIERS | {"conj"})]
        elif child.dep_ == "prep" and child.lower_ == "of":
            words += [w for c in child.children if c.dep_ == "pobj" for w in phrase(c)]
        elif child.dep_ in ("conj", "appos") and is_noun(child):
            words += phrase(child)
    return tuple(words)


def with_conjuncts(token: Token) -> tuple[Token, ...]:
    """The token and what is joined to it by and, or and commas."""
    return (token, *token.conjuncts)


def governor(verb: Token) -> Token:
    """The verb whose subject this one shares: through xcomp and a conjunction without a subject of its own."""
    while verb.head.i != verb.i and not any(c.dep_ in SUBJECTS for c in verb.children):
        if verb.dep_ in ("xcomp", "conj", "pcomp") and is_verb(verb.head):
            verb = verb.head
        else:
            break
    return verb


def subjects(verb: Token) -> tuple[Token, ...]:
    """Who does it: the subject of an active verb, or of the verb it shares one with, and the by-agent."""
    finite = governor(verb)
    own = [c for c in finite.children if c.dep_ == "nsubj"][-1:]
    bare = verb.tag_ == "VBD" and not any(c.dep_ == "dobj" for c in verb.children)
    if not own and finite.i != verb.i and bare:  # "the bomb was placed there and exploded"
        own = [c for c in finite.children if c.dep_ == "nsubjpass"][-1:]
    if not own and verb.dep_ in ("acl", "advcl") and verb.tag_ == "VBG":
        own = [verb.head] if verb.dep_ == "acl" else [c for c in verb.head.children if c.dep_ == "nsubj"]
    own += [
        g
        for c in verb.children
        if c.dep_ == "agent" or (c.dep_ == "prep" and c.lower_ == "by")
        for g in c.children
        if g.dep_ == "pobj"
    ]
    return tuple(own)


def objects(verb: Token) -> tuple[Token, ...]:
    """What it is done to: object, passive subject, the noun that a bare participle follows ("bombs dropped")."""
    found = [c for c in verb.children if c.dep_ in ("dobj", "attr", "oprd", "nsubjpass", "dative")]
    passive = is_passive(verb)
    if not found and passive:
        found = [c for c in governor(verb).children if c.dep_ == "nsubjpass"]
    if verb.tag_ in ("VBN", "VBD") and not found and verb.i > sentence_of(verb).start:
        left = verb.nbor(-1)
        if verb.dep_ == "acl":
            found = [verb.head]
        elif is_noun(left) and left.dep_ not in SUBJECTS and not any(c.dep_ in SUBJECTS for c in verb.children):
            found = [left]
    return tuple(found)


def is_passive(verb: Token) -> bool:
    """Said of a participle with its own or a shared passive auxiliary, and of a reduced relative."""
    own = any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children)
    shared = verb.dep_ == "conj" and verb.tag_ == "VBN" and any(c.dep_ == "auxpass" for c in verb.head.children)
    return own or shared or (verb.dep_ == "acl" and verb.tag_ == "VBN")


def behind(token: Token, prepositions: frozenset[str]) -> tuple[Token, ...]:
    """The nouns that stand behind one of these prepositions and depend on `token`."""
    return tuple(
        o
        for c in token.children
        if c.dep_ in ("prep", "agent", "dative") and c.lower_ in prepositions
        for o in c.children
        if o.dep_ in ("pobj", "pcomp")
    )


def carrier(noun: Token) -> tuple[Token | None, str]:
    """The verb that carries a noun and how: subject, object, behind (a preposition) or apart."""
    token = noun
    how = ""
    for head in up(noun):
        if is_verb(head):
            if token.dep_ in SUBJECTS:
                return head, how or ("object" if token.dep_ in PASSIVE else "subject")
            if token.dep_ in ("dobj", "attr", "oprd", "dative"):
                return head, how or "object"
            return head, "behind" if token.dep_ in ("prep", "agent") or how else "apart"
        if token.dep_ == "prep" and token.lower_ != "of":
            how = "behind"
        token = head
    return None, "apart"


def chain(verb: Token) -> tuple[Token, ...]:
    """The verb and those that lend it tense, aspect and polarity ("continue to conduct"), innermost first."""
    links = [verb]
    for head in up(verb):
        last = links[-1]
        shares = last.dep_ == "conj" and not any(c.dep_ in SUBJECTS | {"aux", "auxpass"} for c in last.children)
        if not (is_verb(head) and (last.dep_ in ("xcomp", "pcomp") or shares)):
            break
        links.append(head)
    return tuple(links)


def clause(token: Token) -> Token:
    """The head of the clause a word stands in."""
    if token.dep_ in CLAUSES and (is_verb(token) or token.dep_ == "ROOT"):
        return token
    for head in up(token):
        if head.dep_ in CLAUSES and (is_verb(head) or head.dep_ == "ROOT"):
            return head
    return token


def tree_distance(a: Token, b: Token) -> int:
    """Edges between two words of one sentence in the parse; 99 across sentences."""
    if a.sent.start != b.sent.start:
        return 99
    above = {a.i: 0} | {h.i: n for n, h in enumerate(up(a), 1)}
    if b.i in above:
        return above[b.i]
    for n, head in enumerate(up(b), 1):
        if head.i in above:
            return above[head.i] + n
    return 99


def tokens_of(doc: Doc, start: int, end: int) -> Span | None:
    """The tokens that cover these code points; None where there are none."""
    span: Span | None = doc.char_span(start, end, alignment_mode="expand")
    return span

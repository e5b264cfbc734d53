"""How title, publisher and day of an article became known, in the language of the page."""

from geo.show.language import patterns, retold, say, term

_SAID = frozenset({
    term("from the address"), term("from the entry"), term("typed in"), term("from the first line"),
    term("from the header"), term("from the front matter"), term("from the title of the feed"),
    term("from the title tag"), term("from the time tag"), term("from the only time tag"), term("by htmldate"),
    term("from the dateline"), term("from a line with the day"), term("from the file name"),
    term("agency in the dateline"), term("guessed from the text"), term("when the PDF was made"),
    term("when the page was changed"), term("from JSON-LD"),
})
"""The rules of the readers that hold no name of a column or tag."""
_NAMED = patterns((
    (r"from the column (?P<x>.+)", term("from the column {x}")),
    (r"as told: from the column (?P<x>.+)", term("from the column {x}, as was told")),
    (r"guessed: from the column (?P<x>.+)", term("from the column {x}, which was guessed")),
    (r"from the meta tag (?P<x>.+)", term("from the tag {x}")),
    (r"from the header (?P<x>.+)", term("from the header {x}")),
    (r"a table of (?P<x>.+)", term("a table of {x}")),
))


def known_by(rule: str) -> str:
    """`rule` is clean text; one that no reader of ours gives stays as it is."""
    return say(rule) if rule in _SAID else retold(rule, _NAMED) or rule

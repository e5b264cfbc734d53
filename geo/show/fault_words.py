"""What went wrong, in the language of the page.

Errors are sentences in English where they arise; those that a reader of the pages meets most are said in other
languages too, the rest is quoted as it is.
"""

from geo.show.language import ENGLISH, patterns, retold, say, spoken, term

_SAID = patterns((
    (r"The file is empty\.", term("The file is empty.")),
    (r"There is no text in it\.", term("There is no text in it.")),
    (r"There is no running text in (?:it|the page)\.", term("There is no running text in it.")),
    (r"There is no running text under the heading\.", term("There is no running text under the heading.")),
    (r"Files ending in (?P<x>.+?) are not read; (?P<y>.+) are\.", term("Files ending in {x} are not read; {y} are.")),
    (r"The file has (?P<x>[\d,]+) bytes; a .* file may have (?P<y>[\d,]+)\. Split it\.",
     term("The file has {x} bytes; {y} are allowed. Split it.")),
    (r"It has (?P<x>[\d,]+) characters; an article may have (?P<y>[\d,]+)\. Split it\.",
     term("The text has {x} characters; {y} are allowed. Split it.")),
    (r"The date '(?P<x>.*)' is not a day; write it as YYYY-MM-DD\.",
     term("The date {x} is not a day; write it as YYYY-MM-DD.")),
    (r"The date '(?P<x>.*)' can be read in two ways; write it as YYYY-MM-DD\.",
     term("The date {x} can be read in two ways; write it as YYYY-MM-DD.")),
    (r"There is no column '?(?P<x>\w+)'?; the columns are (?P<y>.+)\.",
     term("There is no column {x}; the columns are {y}.")),
    (r"The file is not UTF-8 \(byte (?P<x>\d+)\); save it as UTF-8\.",
     term("The file is not UTF-8 (byte {x}); save it as UTF-8.")),
    (r"It holds NUL characters, so it is not plain text\.",
     term("It holds NUL characters, so it is not plain text.")),
    (r"The PDF has no text layer: it is a scan; run text recognition \(OCR\) over it first\.",
     term("The PDF has no text layer: it is a scan; run text recognition (OCR) over it first.")),
    (r"The PDF is locked with a password; unlock it first\.",
     term("The PDF is locked with a password; unlock it first.")),
    (r"The PDF has (?P<x>[\d,]+) pages; it may have (?P<y>[\d,]+)\. Split it\.",
     term("The PDF has {x} pages; {y} are allowed. Split it.")),
    (r"It is encrypted; unpack it first\.", term("It is encrypted; unpack it first.")),
    (r"An archive inside an archive is not read; unpack it first\.",
     term("An archive inside an archive is not read; unpack it first.")),
    (r"It is no RSS or Atom feed\.", term("It is no RSS or Atom feed.")),
    (r"The feed has no entries\.", term("The feed has no entries.")),
    (r"The e-mail has no text part\.", term("The e-mail has no text part.")),
    (r"The list in the file is empty\.", term("The list in the file is empty.")),
))


def fault(message: str) -> str:
    """`message` as a reader of this language can use it."""
    if spoken() == ENGLISH:
        return message
    return retold(message, _SAID) or say("The cause, in English: {cause}", cause=message)

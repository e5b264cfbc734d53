"""Bytes of marked-up text -> characters, and markup -> plain paragraphs."""

import codecs
import re

import lxml.html
from lxml import etree

from geo.read.letters import MARKED

_DECLARED = re.compile(rb"""(?:charset\s*=\s*["']?|<\?xml[^>]{0,80}encoding\s*=\s*["'])\s*([\w.:-]{1,40})""", re.I)
_SPOKEN = {
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-6",
    "iso8859-7", "iso8859-9", "iso8859-15",
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "koi8-r",
    "koi8-u", "gb2312", "gbk", "gb18030", "big5", "euc_jp", "shift_jis", "euc_kr",
}
"""Encodings a page may declare: real ones in use, none that can hide markup (UTF-7, EBCDIC)."""
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main ol"
    " p pre section table td th tr ul".split()
)
_UNSEEN = dict.fromkeys(map(ord, "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}"))
_SILENT = frozenset("script style template noscript head title svg iframe object".split())


def decoded(data: bytes, declared: str = "") -> str:
    """The characters: by byte order mark, else UTF-8 where it fits, else as declared, else Windows-1252.

    UTF-8 goes before the declaration because text in another encoding hardly ever is valid UTF-8, while
    wrong declarations are common. Bytes without a meaning become U+FFFD.
    """
    for mark, encoding in MARKED:
        if data.startswith(mark):
            return data[len(mark):].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    found = _DECLARED.search(data[:2048])
    for name in (declared, found[1].decode("ascii", "replace") if found else ""):
        try:
            encoding = codecs.lookup(name).name if name else ""
        except (LookupError, ValueError):
            continue
        if encoding in _SPOKEN:
            return data.decode("cp1252" if encoding == "iso8859-1" else encoding, "replace")
    return data.decode("cp1252", "replace")


def tidied(text: str) -> str:
    """Paragraphs one blank line apart, spaces within a line made one; "" for nothing but space.

    Marks where a word may be broken, which nobody sees, are taken out: they hide it from every look-up.
    """
    lines = (" ".join(line.split()) for line in text.translate(_UNSEEN).splitlines())
    return "\n\n".join(line for line in lines if line)


def paragraphs(fragment: str) -> str:
    """The words of an HTML fragment, a block element a paragraph; script and style are left out."""
    if "<" not in fragment and "&" not in fragment:
        return tidied(fragment)
    try:
        root = lxml.html.fragment_fromstring(fragment.replace("\0", ""), create_parent="div")
    except (etree.ParserError, ValueError):
        return ""
    words: list[str] = []
    silent = 0
    for step, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if step in ("comment", "pi"):
            words.append("" if silent else element.tail or "")
            continue
        block = "\n" if element.tag in _BLOCKS else ""
        if step == "start":
            silent += element.tag in _SILENT
            words.append("" if silent else block + _one_line(element.text))
        else:
            silent -= element.tag in _SILENT
            words.append("" if silent or element is root else block + _one_line(element.tail))
    return tidied("".join(words))


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")

"""Pages, feeds, tables, e-mails and archives to articles; what attacks is refused with a reason."""

import gzip
import io
import json
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.read import Batch, read_bytes
from geo.records import Article

PAGES = Path(__file__).resolve().parent / "data" / "pages"
BODY = "A bomb exploded in Mosul. Two people died."


def read(name: str) -> Batch:
    return read_bytes((PAGES / name).read_bytes(), name)


def rules(article: Article) -> dict[str, str]:
    return {h.field: h.rule for h in article.how}


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_page_gives_its_words_and_what_each_field_rests_on() -> None:
    (article,) = read("gazette.html").articles
    assert (article.title, article.source) == ("Strike hits depot", "The Gazette")
    assert article.url == "https://www.gazette.example/2019/09/11/strike"
    assert article.published == date(2019, 9, 11)
    assert article.text[article.body_start:].startswith("Two people were killed")
    assert "pwn" not in article.text
    assert rules(article) == {
        "url": "from the link rel=canonical", "title": "from the only h1", "source": "from the meta tag og:site_name",
        "date": "from the meta tag article:published_time", "text": "by trafilatura",
    }


def test_a_page_without_a_day_has_none_and_an_address_of_another_host_is_not_believed() -> None:
    page = (PAGES / "gazette.html").read_bytes().replace(b"2019-09-11T08:00:00+03:00", b"lately")
    page = page.replace(b"/2019/09/11/strike", b"/strike").replace(b"Copyright 2024", b"")
    (article,) = read_bytes(page, "https://other.example/a", "text/html; charset=utf-8").articles
    assert article.published is None
    assert article.url == "https://other.example/a"


def test_a_feed_gives_an_article_an_entry_and_names_the_bad_one() -> None:
    batch = read("wire.rss")
    article, headline = batch.articles
    assert article.text == "A depot was hit near Mosul.\n\nTwo people died."
    assert (article.published, article.source) == (date(2019, 9, 11), "Northern Wire")
    assert (headline.text, headline.url) == ("Nothing in it", "")
    assert rules(headline)["text"] == "the title: the entry has no text"
    assert [r.origin for r in batch.rejected] == ["wire.rss:3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_with_entities_is_refused_at_once(encoding: str) -> None:
    bomb = "<!DOCTYPE r [" + "".join(f'<!ENTITY a{n} "{"&a0;" * 10}">' for n in range(9)) + "]><rss>&a8;</rss>"
    began = time.perf_counter()
    (rejected,) = read_bytes(bomb.encode(encoding), "a.rss").rejected
    assert "DOCTYPE" in rejected.reason
    assert time.perf_counter() - began < 1


def test_a_letter_gives_its_plain_part() -> None:
    (article,) = read("letter.eml").articles
    assert (article.text, article.title) == ("A convoy left Erbil for Mosul.", "Convoy leaves Erbil")
    assert (article.source, article.published) == ("Field Desk", date(2019, 9, 11))


def test_other_names_of_columns_are_guessed_and_the_guess_is_named() -> None:
    row = {"Headline": "Fire", "body": BODY, "publishedAt": "2019-09-11T08:00:00Z", "source": {"name": "X"},
           "link": "https://e.org/1"}
    (article,) = read_bytes(json.dumps({"articles": [row]}).encode(), "a.json").articles
    assert (article.title, article.source, article.url) == ("Fire", "X", "https://e.org/1")
    assert article.published == date(2019, 9, 11)
    assert rules(article)["title"] == "guessed: from the column Headline"
    assert rules(article)["source"] == "from the column source"


def test_tsv_takes_quotes_as_letters() -> None:
    batch = read_bytes(b'title\tcontent\nA\t"We ran," she said.\nB\t"Quoted ""twice""."\n', "a.tsv")
    assert [a.text for a in batch.articles] == ['"We ran," she said.', 'Quoted "twice".']


def test_markdown_states_its_fields() -> None:
    text = f"---\ntitle: Fire\ndate: 2019-09-11\nurl: https://e.org/1\n---\n\n# Fire in Mosul\n\n{BODY}\n"
    (article,) = read_bytes(text.encode(), "a.md").articles
    assert (article.title, article.published, article.source) == ("Fire", date(2019, 9, 11), "e.org")
    assert article.text[article.body_start:].startswith("A bomb")


def test_archives_are_read_member_by_member() -> None:
    nested = packed(**{"d.txt": b"x"})
    data = packed(**{"a.txt": BODY.encode(), "../../b.txt": b"x\0", "c.zip": nested, ".h.txt": b"x"})
    batch = read_bytes(data, "a.zip")
    assert [a.text for a in batch.articles] == [BODY]
    assert [r.origin for r in batch.rejected] == ["a.zip:../../b.txt", "a.zip:c.zip"]
    assert "inside an archive" in batch.rejected[1].reason
    assert read_bytes(gzip.compress(BODY.encode()), "a.txt.gz").articles[0].text == BODY


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (gzip.compress(b" " * 50_000_000), "a.txt.gz", "bomb"),
        (packed(**{"a.txt": b" " * 50_000_000}), "a.zip", "bomb"),
        (packed(**{f"{n}.txt": b"" for n in range(10_001)}), "a.zip", "10,001 entries"),
        (gzip.compress(BODY.encode(), mtime=0)[:-9], "a.txt.gz", "cut off"),
        (b"PK\3\4nonsense", "a.zip", "no whole ZIP"),
        (b"<rss>", "a.html", "no running text"),
        (b"<p>words</p>", "a.xml", "no RSS"),
        (b"[" * 100_000, "a.json", "not JSON"),
        (b"[]", "a.json", "empty"),
        (b"title,text,date", "a.csv", "nothing to read"),
        (b"From: x\n\n", "a.eml", "no text part"),
    ],
)
def test_what_attacks_or_is_broken_is_refused(data: bytes, name: str, says: str) -> None:
    batch = read_bytes(data, name)
    assert batch.articles == ()
    assert says in batch.rejected[0].reason


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(["gazette.html", "wire.rss", "letter.eml"]), st.integers(0, 900), st.binary(max_size=12))
def test_damaged_files_never_raise(name: str, at: int, junk: bytes) -> None:
    data = (PAGES / name).read_bytes()
    batch = read_bytes(data[:at] + junk + data[at + len(junk):], name)
    assert batch.articles or batch.rejected

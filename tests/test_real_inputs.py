"""Files as they come from other people's programs: each field right, and how it is known said honestly."""

import csv
import io
import json
from contextlib import suppress
from datetime import date
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.read import article_of, read_bytes
from geo.read.days import day_of
from geo.read.letters import text_of
from geo.read.pdf import flowing, joined, tidy, without_heads
from geo.records import Article, BadInput
from tests.test_tables_read import pdf


def one(data: bytes, name: str, **more: object) -> Article:
    batch = read_bytes(data, name, **more)  # type: ignore[arg-type]
    assert batch.rejected == ()
    (article,) = batch.articles
    return article


def how(article: Article) -> dict[str, str]:
    return {row.field: row.rule for row in article.how}


# --- days


@pytest.mark.parametrize(
    "stated",
    [
        "2019-09-11", "2019-9-11", "20190911", "20190911083000", "2019/09/11 08:00", "2019-09-11 08:00:00 UTC",
        "2019-09-11T08:00:00.000+0000", "2019-09-11T23:30:00-05:00", "11.09.2019", "11.9.2019 08:00",
        "Sept 11, 2019", "September 11, 2019 8:00 AM EDT", "Wednesday, 11 September 2019", "11th of September 2019",
        "Wed, 11 Sep 2019 23:10:02 +0300 (AST)", "11-Sep-2019", "Wed Sep 11 08:00:00 2019",
    ],
)
def test_a_day_is_read_as_it_is_stated(stated: str) -> None:
    assert day_of(stated) == date(2019, 9, 11)


def test_slashes_count_where_they_leave_no_doubt() -> None:
    assert day_of("25/09/2019") == day_of("09/25/2019 10:00") == date(2019, 9, 25)
    assert day_of("9/9/2019") == date(2019, 9, 9)
    with pytest.raises(BadInput, match="two ways"):
        day_of("09/11/2019")


@pytest.mark.parametrize("stated", ["soon", "2019", "2019-13-45", "31.02.2019", "", "0000-00-00", "March 2019", "5"])
def test_what_is_no_day_is_refused(stated: str) -> None:
    with pytest.raises(BadInput, match="not a day"):
        day_of(stated)


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(stated: str) -> None:
    with suppress(BadInput):
        assert isinstance(day_of(stated), date)


# --- letters

RUSSIAN = "Взрыв в городе\n\nВ понедельник в Мосуле прогремел взрыв, сообщила полиция."
FRENCH = "Explosion à Mossoul\n\nL’armée a bombardé un dépôt, a déclaré « la police »."
ARABIC = "قصفت طائرات مستودعا قرب الموصل يوم الاثنين، وقال ضابط شرطة إن رجلين قتلا."
POLISH = "Wojsko zbombardowało skład broni w pobliżu Mosulu, powiedział świadek zdarzenia."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(RUSSIAN, "windows-1251"), (RUSSIAN, "koi8_r"), (FRENCH, "windows-1252"), (ARABIC, "windows-1256"),
     (POLISH, "windows-1250")],
)
def test_texts_of_older_programs_are_read_and_the_guess_is_named(text: str, encoding: str) -> None:
    article = one(text.encode(encoding), "a.txt")
    assert article.text == text
    assert how(article)["text"] == f"letters guessed to be {encoding}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_no_guess(encoding: str) -> None:
    assert text_of(RUSSIAN.encode(encoding)) == (RUSSIAN, "")


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(BadInput):
        text_of(data)


def test_what_is_something_else_than_its_name_says_is_known_by_its_bytes() -> None:
    (refused,) = read_bytes(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "a.txt").rejected
    assert "PDF" in refused.reason
    (refused,) = read_bytes(b"PK\x03\x04" + b"x" * 99 + b"word/document.xml", "report.docx").rejected
    assert ".docx" in refused.reason


# --- tables

BODY = "Warplanes bombed a depot near Mosul on Monday, a police officer said; two men were killed."


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_with_a_title_above_its_header_and_days_as_numbers() -> None:
    head: list[object] = ["Headline", "Body", "Published", "Outlet"]
    rows: list[list[object]] = [["Hit", BODY, 43719, "Wire"], [7, BODY + " More.", "11.09.2019", "Wire"]]
    batch = read_bytes(workbook(["News of 2019"], [], head, *rows), "a.xlsx")
    assert batch.rejected == ()
    assert [(a.title, a.published, a.source) for a in batch.articles] == [
        ("Hit", date(2019, 9, 11), "Wire"), ("7", date(2019, 9, 11), "Wire")]


def test_a_header_of_merged_cells_above_the_header_is_not_taken_for_it() -> None:
    data = workbook(["Article", None, "Meta"], ["Headline", "Body", "Published"], ["Hit", BODY, None])
    batch = read_bytes(data, "a.xlsx")
    assert [(a.title, a.text) for a in batch.articles] == [("Hit", BODY)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("above", ["", "sep=\\\r\n", "News of 2019\r\n\r\n"])
def test_tables_of_every_delimiter_and_encoding(delimiter: str, encoding: str, above: str) -> None:
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter)
    table.writerows([["title", "text", "date"], ["Dépôt, touché", BODY + " « Oui »\nIt rained.", "11.09.2019"]])
    written = above.replace("\\", delimiter) + out.getvalue()
    article = one(written.encode(encoding), "a.csv")
    assert (article.title, article.published) == ("Dépôt, touché", date(2019, 9, 11))
    assert article.text == BODY + " « Oui »\nIt rained."


def test_lines_of_a_table_are_counted_as_in_the_file() -> None:
    batch = read_bytes(b"sep=;\ntitle;text\na;words\nb;\n\nc;d;e\n", "a.csv")
    assert [r.origin for r in batch.rejected] == ["a.csv:4", "a.csv:6"]


@pytest.mark.parametrize(
    "row",
    [
        {"headline": {"main": "Hit", "kicker": None}, "body": {"text": BODY}, "pub_date": "2019-09-11T08:00:00+0000",
         "source": {"name": "Wire", "uri": "w"}, "web_url": "https://e.org/1"},
        {"title": ["Hit"], "content": [{"type": "p", "text": BODY}], "published": 1568188800, "publisher": "Wire",
         "link": "https://e.org/1"},
        {"_source": {"title": "Hit", "text": BODY, "date": "2019-09-11", "source": "Wire", "url": "https://e.org/1"}},
        {"fields": {"headline": "Hit", "bodyText": f"<p>{BODY}</p>", "publication": "Wire"},
         "webPublicationDate": "2019-09-11T08:00:00Z", "webUrl": "https://e.org/1"},
        {"title": {"rendered": "Hit"}, "content": {"rendered": f"<p>{BODY}</p>\n"}, "date": 1568188800000,
         "site": "Wire", "url": "https://e.org/1"},
    ],
)  # fmt: skip
def test_objects_as_news_services_nest_them(row: dict[str, object]) -> None:
    article = one(json.dumps([row]).encode(), "a.json")
    assert (article.title, article.text, article.published, article.source, article.url) == (
        "Hit", BODY, date(2019, 9, 11), "Wire", "https://e.org/1")


def test_a_column_inside_another_can_be_told() -> None:
    row = {"text": "x", "meta": {"long": BODY}}
    assert one(json.dumps([row]).encode(), "a.json", told={"text": "meta.long"}).text == BODY


def test_a_line_of_the_command_line_is_taken_as_it_is() -> None:
    assert article_of(json.dumps({"text": f"<p>{BODY}</p>"}).encode(), origin="1").text == f"<p>{BODY}</p>"


# --- pages

PARTS = (
    "MOSUL, Iraq - Warplanes of the coalition bombed a weapons depot near Tal Afar on Monday, an officer said.",
    "At least two men were killed and five others were wounded in the strike, residents of the town said.",
    "Hundreds of families fled from Tal Afar towards Sinjar, the mayor said. He asked for tents and water.",
)
STORY = "".join(f"<p>{part}</p>" for part in PARTS)


def page(body: str, head: str = "<title>Strike hits depot</title>") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def test_json_ld_as_people_write_it() -> None:
    ld = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Strike hits\n&quot;depot&quot;",' \
         '"datePublished": "2019-09-11T22:30:00-05:00", "publisher": {"name": "Times"},}</script>'
    article = one(page(f"<article><h1>Strike</h1>{STORY}</article>", ld), "a.html")
    assert (article.title, article.published, article.source) == ('Strike hits "depot"', date(2019, 9, 11), "Times")
    assert article.text[article.body_start :].startswith("MOSUL"), "the heading of the page is no sentence of it"


def test_an_address_is_said_to_be_known_by_what_gave_it() -> None:
    data = page(f"<article>{STORY}</article>")
    fetched = one(data, "https://news.example/a", media_type="text/html")
    assert how(fetched)["url"] == "the address it was fetched from"
    saved = b"<!-- saved from url=(0022)https://news.example/a -->" + data
    assert how(one(saved, "a.html"))["url"] == "noted by the browser"
    assert "url" not in how(one(data, "a.html"))


def test_a_day_on_which_a_page_was_changed_is_said_to_be_one() -> None:
    changed = '<meta property="article:modified_time" content="2020-01-01">'
    article = one(page(f"<article>{STORY}</article>", changed), "a.html")
    assert (article.published, how(article)["date"]) == (date(2020, 1, 1), "when the page was changed")


def test_a_page_without_tags_has_the_day_of_its_dateline() -> None:
    story = STORY.replace("MOSUL, Iraq - ", "MOSUL, Iraq, September 11, 2019 - ")
    assert one(page(f"<div>{story}</div>"), "a.html").published == date(2019, 9, 11)


def test_an_old_page_laid_out_in_tables_has_its_paragraphs_and_no_menu() -> None:
    menu = "<td width=150><a href=/>Home</a><br><a href=/w>World</a></td>"
    story = f"<td><b>Strike</b><br><br>{'<br><br>'.join(PARTS)}</td>"
    article = one(page(f"<table><tr>{menu}{story}</tr></table>"), "a.html")
    assert article.text.split("\n\n")[-3:] == list(PARTS)
    assert "Home" not in article.text


def test_a_page_that_needs_a_script_has_no_text() -> None:
    data = page('<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>')
    (refused,) = read_bytes(data, "a.html").rejected
    assert "no running text" in refused.reason


# --- letters by e-mail


def letter(text: str, *, date: str = "Wed, 11 Sep 2019 23:10:02 +0300 (AST)", charset: str = "windows-1256") -> bytes:
    head = f"From: وكالة <desk@agency.example>\r\nSubject: قصف قرب الموصل\r\nDate: {date}\r\n"
    kind = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return (head + kind + text.replace("\n", "\r\n")).encode(charset)


def test_headers_without_a_declaration_are_in_the_encoding_of_the_text() -> None:
    article = one(letter(ARABIC), "a.eml")
    assert (article.title, article.source, article.text) == ("قصف قرب الموصل", "وكالة", ARABIC)
    assert article.published == date(2019, 9, 11)


def test_a_letter_with_a_strange_date_is_read_without_one_and_its_signature_is_left_out() -> None:
    article = one(letter(ARABIC + "\n\n-- \nDesk\n12 Street, London\n", date="Yesterday"), "a.eml")
    assert (article.text, article.published) == (ARABIC, None)
    assert "date" not in how(article)


def test_the_plain_part_of_parts_within_parts() -> None:
    inner = MIMEMultipart("alternative")
    inner.attach(MIMEText(ARABIC, "plain", "windows-1256"))
    inner.attach(MIMEText(f"<p>{ARABIC} html</p>", "html", "windows-1256"))
    related, mixed = MIMEMultipart("related"), MIMEMultipart("mixed")
    related.attach(inner)
    mixed.attach(related)
    mixed["Subject"] = Header("قصف قرب الموصل", "windows-1256")
    article = one(mixed.as_bytes(), "a.eml")
    assert (article.title, article.text) == ("قصف قرب الموصل", ARABIC)


# --- feeds


def feed(*items: str) -> bytes:
    head = "<channel><title>Times &amp;amp; Co</title><link>https://e.org/</link>"
    return f'<rss version="2.0">{head}{"".join(f"<item>{item}</item>" for item in items)}</channel></rss>'.encode()


@pytest.mark.parametrize(
    ("stated", "day"),
    [("Wed, 11 Sep 2019 23:30:00 -0500", 11), ("2019-09-11 08:00:00", 11), ("Wed, 11 September 2019 08:00 EST", 11),
     ("1568188800", 11), ("Thu, 01 Jan 1970 00:00:00 +0000", None), ("Monday", None), ("09/11/2019", None)],
)
def test_an_entry_has_the_day_it_states_and_no_other(stated: str, day: int | None) -> None:
    article = one(feed(f"<title>Hit</title><description>{BODY}</description><pubDate>{stated}</pubDate>"), "a.rss")
    assert article.published == (date(2019, 9, day) if day else None)
    assert ("date" in how(article)) == bool(day)


def test_an_entry_of_a_headline_alone_and_a_link_without_its_host() -> None:
    article = one(feed("<title>Two killed in Mosul</title><link>/1</link>"), "a.rss")
    assert (article.text, article.url, article.source) == ("Two killed in Mosul", "https://e.org/1", "Times & Co")
    assert how(article)["text"] == "the title: the entry has no text"


def test_marks_that_nobody_sees_hide_no_name() -> None:
    hidden = "Mo\u00adsul was hit near Tal\u200b Afar."
    article = one(feed(f"<title>x</title><description>{hidden}</description>"), "a.rss")
    assert article.text == "Mosul was hit near Tal Afar."


# --- PDF


def test_a_heading_and_the_line_with_the_day_stand_alone() -> None:
    lines = ["Strike hits depot", "11 September 2019", "MOSUL: Warplanes of the coalition bombed a depot near Tal",
             "Afar on Monday, a senior police officer said. Two men in", "the town were killed."]  # fmt: skip
    article = one(pdf(*lines, properties="/CreationDate (D:20260101)"), "a.pdf")
    assert (article.title, article.published) == ("Strike hits depot", date(2019, 9, 11))
    assert article.text[article.body_start :].endswith(" ".join(lines[2:]))


def test_pages_lose_their_heads_and_feet_and_a_sentence_goes_on_over_the_page() -> None:
    pages = ["Example Times\nWarplanes bombed a depot near Tal Afar on Monday and of-\n1",
             "Example Times\nficers said that two men were killed. Families fled to\n2",
             "Example Times\nSinjar on Tuesday.\n3"]  # fmt: skip
    kept = without_heads(pages)
    assert kept[2] == "Sinjar on Tuesday."
    assert joined(map(flowing, kept[:2])) == (
        "Warplanes bombed a depot near Tal Afar on Monday and officers said that two men were killed. "
        "Families fled to")
    assert without_heads(["One page.\n1"]) == ["One page.\n1"]


def test_letters_drawn_as_one_are_two() -> None:
    assert tidy("ﬁve oﬃces") == "five offices"

"""Files to articles: what each field rests on, and what is turned away with a reason."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.read import article_of, find_files, read_bytes
from geo.records import Article, BadInput

ROOT = Path(__file__).resolve().parent.parent
BODY = "A bomb exploded in Mosul. Two people died.\n\nMore text."


def one(text: str, name: str = "a.txt") -> Article:
    batch = read_bytes(text.encode(), name)
    assert batch.rejected == ()
    (article,) = batch.articles
    assert article.text == text
    return article


def rules(article: Article) -> dict[str, str]:
    return {h.field: h.rule for h in article.how}


def test_the_seeds() -> None:
    first, second = (read_bytes(p.read_bytes(), p.name).articles[0] for p in sorted((ROOT / "seeds").glob("*.txt")))
    assert (first.title, first.published, first.source, first.body_start) == ("", date(2019, 9, 11), "", 17)
    assert second.title.startswith("US-led coalition hits ISIS")
    assert (second.published, second.source, second.body_start) == (None, "ABC News", 86)
    assert rules(second)["source"] == "guessed from the text"
    assert "mirror" not in first.source


@pytest.mark.parametrize(
    ("head", "name", "published", "rule"),
    [
        (" date 2019-09-11 ", "a.txt", date(2019, 9, 11), "from the first line"),
        ("date 2019-09-11\n", "a.txt", date(2019, 9, 11), "from the first line"),
        ("Date: 2019-09-11\nSource: X\n\n", "a.txt", date(2019, 9, 11), "from the header"),
        ("date: 2019-09-11T23:00:00+03:00\n", "a.txt", date(2019, 9, 11), "from the header"),
        ("BAGHDAD, Sept. 10, 2019 (Reuters) - ", "a.txt", date(2019, 9, 10), "from the dateline"),
        ("ERBIL, Iraq, 10 September 2019 – ", "a.txt", date(2019, 9, 10), "from the dateline"),
        ("A title\n\nPublished on Wednesday, 11 September 2019 09:00\n\n", "a.txt", date(2019, 9, 11),
         "from a line with the day"),
        ("", "2019-09-11_mosul.txt", date(2019, 9, 11), "from the file name"),
        ("", "20190911.txt", date(2019, 9, 11), "from the file name"),
        ("", "20199911.txt", None, None),
        ("In May 2019 it was quiet. ", "000_43ad161402e253ec.txt", None, None),
        ("BAGHDAD (Reuters) - ", "a.txt", None, None),
    ],
)
def test_the_day_and_what_it_rests_on(head: str, name: str, published: date | None, rule: str | None) -> None:
    article = one(head + BODY, name)
    assert article.published == published
    assert rules(article).get("date") == rule


@pytest.mark.parametrize(
    ("text", "source", "rule"),
    [
        ("source: The Gazette\n\n" + BODY, "The Gazette", "from the header"),
        ("url: https://www.example.org/a\n\n" + BODY, "example.org", "from the address"),
        ("BAGHDAD (Reuters) - " + BODY, "Reuters", "agency in the dateline"),
        (BODY + " He was moved, reports mirror.co.uk.", "", None),
        ("url: javascript:alert(1)\n\n" + BODY, "", None),
    ],
)
def test_the_publisher_and_what_it_rests_on(text: str, source: str, rule: str | None) -> None:
    article = one(text)
    assert article.source == source
    assert rules(article).get("source") == rule


def test_a_first_line_is_a_title_only_without_a_full_stop_and_before_a_blank_line() -> None:
    assert one("Strike hits town\n\n" + BODY).title == "Strike hits town"
    assert one("A strike hit a town.\n\n" + BODY).title == ""
    assert one("Strike hits town\n" + BODY).title == ""
    assert one("x" * 120 + "\n\n" + BODY).title == ""
    titled = one("title: Given\n\nStrike hits town\n\n" + BODY)
    assert titled.title == "Given"
    assert titled.text[titled.body_start:].startswith("Strike hits town")


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.txt", "empty"),
        (b" \n\n", "a.txt", "empty"),
        ("Wörter im café".encode() + b"\xe9", "a.txt", "not UTF-8"),
        ("Wörter".encode("utf-16")[:-1], "a.txt", "UTF-16"),
        (b"text\0text", "a.txt", "NUL"),
        (b" date 2019-13-45 Words.", "a.txt", "2019-13-45"),
        (b"title: only\ndate: 2019-01-01\n", "a.txt", "no running text"),
        (b"%PDF-1.7", "a.pdf", "PDF"),
        (b"x", "a.docx", ".docx"),
        (b"title,words\nx,y\n", "a.csv", "no column 'text'; the columns are 'title', 'words'"),
        (b"caf\xe9\1,text\n", "a.csv", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_reason(data: bytes, name: str, says: str) -> None:
    batch = read_bytes(data, name)
    assert batch.articles == ()
    (rejected,) = batch.rejected
    assert rejected.origin == name
    assert says in rejected.reason


def test_jsonl_takes_the_good_lines_and_names_the_bad() -> None:
    lines = [
        '{"text": "Fire in Mosul.", "title": "Fire", "date": "2019-09-11", "source": "X", "url": "https://e.org/1"}',
        "", "nonsense", "[1]", '{"title": "x"}', '{"text": 5}', '{"text": " "}', '{"text": "a", "date": "soon"}',
        '{"text": "\\ud800"}', "[" * 100_000, '{"text": "Second."}',
    ]
    batch = read_bytes("\n".join(lines).encode(), "a.jsonl")
    assert [a.text for a in batch.articles] == ["Fire in Mosul.", "Second."]
    first = batch.articles[0]
    assert (first.title, first.published, first.source, first.url) == (
        "Fire", date(2019, 9, 11), "X", "https://e.org/1")
    assert [r.origin for r in batch.rejected] == [f"a.jsonl:{n}" for n in range(3, 11)]


def test_csv_takes_the_good_rows_and_names_the_bad() -> None:
    rows = (
        "Title,Text,Date,Source,URL", 'A,"Fire\nin Mosul.",2019-09-11,X,', "B,,2019-09-11,,", "C,Words,09/11/2019,,",
        "D,a,,,,z",
    )
    data = "\n".join(rows)
    batch = read_bytes(data.encode(), "a.csv")
    assert [a.text for a in batch.articles] == ["Fire\nin Mosul."]
    assert [r.origin for r in batch.rejected] == ["a.csv:4", "a.csv:5", "a.csv:6"]


def test_the_same_article_has_the_same_id_from_any_file() -> None:
    plain = one(BODY)
    (row,) = read_bytes(b'{"text": "A bomb exploded in Mosul. Two people died.\\n\\nMore text."}', "b.jsonl").articles
    assert plain.id == row.id
    assert len(plain.id) == 64


def test_a_line_of_the_command_line_keeps_its_own_id() -> None:
    assert article_of(b'{"id": 7, "text": "x"}', origin="line 1").id == "7"
    assert article_of(b'{"text": "x"}', origin="line 1").id == "line 1"
    with pytest.raises(BadInput, match="id"):
        article_of(b'{"id": [], "text": "x"}', origin="line 1")


def test_folders_are_walked_in_order_and_missing_paths_named(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt", ".hidden.txt", ".git/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = find_files([tmp_path, tmp_path / "a.txt", tmp_path / "none"])
    assert [p.relative_to(tmp_path).as_posix() for p in found.files] == ["a.txt", "b/1.txt", "b/2.txt"]
    assert [Path(r.origin).name for r in found.rejected] == ["none"]


@settings(deadline=None)  # the first page of a run waits for the library to load
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.csv", "a.jsonl", "a", "..", "a.html"]))
def test_no_bytes_raise_and_something_always_comes_back(data: bytes, name: str) -> None:
    batch = read_bytes(data, name)
    for article in batch.articles:
        assert 0 <= article.body_start < len(article.text)


@given(st.text(max_size=300), st.sampled_from(["a.txt", "a.csv", "a.jsonl"]))
def test_no_text_raises(text: str, name: str) -> None:
    read_bytes(text.encode("utf-8", "surrogatepass"), name)

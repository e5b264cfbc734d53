"""Workbooks, Parquet, PDF and web archives to articles; columns guessed and told; what is broken is named."""

import gzip
import io
import random
import time
import zipfile
from datetime import date, datetime
from itertools import islice
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from geo.read import Batch, read_bytes, read_each
from geo.read.columns import told_columns
from geo.read.pdf import flowing
from geo.records import Article, BadInput

BODY = "A bomb exploded in Mosul. Two people died."
PAGE = f"<html><head><title>Blast</title></head><body><article><p>{BODY} {BODY}</p></article></body></html>"


def rules(article: Article) -> dict[str, str]:
    return {h.field: h.rule for h in article.how}


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(**columns: list[Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def pdf(*lines: str, properties: str = "") -> bytes:
    """The smallest PDF with a text layer that programs agree on."""
    drawn = "\n".join(f"({line}) Tj T*" for line in lines)
    content = f"BT /F1 12 Tf 14 TL 72 720 Td {drawn} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", f"<< {properties} >>",
    ]
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"trailer << /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return f"{out}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def warc(*pages: tuple[str, str, str, bytes], packed: bool = True) -> bytes:
    """(address, status, media type, body) each."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    for address, status, kind, body in pages:
        head = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        record = writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=head)
        writer.write_record(record)
    return out.getvalue()


def test_a_workbook_gives_an_article_a_row_of_each_sheet_with_texts() -> None:
    data = workbook(
        ("Notes", [["who", "when"], ["x", 1]]),
        ("News", [["Headline", "Body", "Published"], ["Blast", BODY, datetime(2019, 9, 11, 8)], [None, None, None],
                  ["Empty", None, None], ["Second", 17, date(2019, 9, 12)]]),
    )
    batch = read_bytes(data, "a.xlsx")
    first, second = batch.articles
    assert (first.title, first.text, first.published) == ("Blast", BODY, date(2019, 9, 11))
    assert rules(first)["text"] == "guessed: from the column Body"
    assert (second.text, second.published) == ("17", date(2019, 9, 12))
    assert [r.origin for r in batch.rejected] == ["a.xlsx:News:4"]


def test_a_workbook_without_texts_names_its_columns() -> None:
    (refused,) = read_bytes(workbook(("A", [["who", "when"], ["x", 1]])), "a.xlsx").rejected
    assert "'who', 'when'" in refused.reason


@pytest.mark.parametrize("declaration", [b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///a'>]>", b"<!ENTITY a 'b'>"])
def test_a_workbook_that_declares_entities_is_refused(declaration: bytes) -> None:
    whole, out = zipfile.ZipFile(io.BytesIO(workbook(("A", [["text"], [BODY]])))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as changed:
        for name in whole.namelist():
            content = whole.read(name)
            changed.writestr(name, declaration + content if name == "xl/worksheets/sheet1.xml" else content)
    (refused,) = read_bytes(out.getvalue(), "a.xlsx").rejected
    assert "declares entities" in refused.reason


def test_a_workbook_that_is_a_bomb_is_refused_early() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b"<x>" + b" " * 50_000_000)
    begun = time.monotonic()
    (refused,) = read_bytes(out.getvalue(), "a.xlsx").rejected
    assert "bomb" in refused.reason
    assert time.monotonic() - begun < 2


def test_parquet_gives_an_article_a_row() -> None:
    days = [date(2019, 9, 11), None, None]
    data = parquet(title=["Blast", "None", "X"], body=[BODY, None, BODY], date=days, n=[1, 2, 3])
    batch = read_bytes(data, "a.parquet")
    assert [(a.title, a.published) for a in batch.articles] == [("Blast", date(2019, 9, 11)), ("X", None)]
    assert [r.origin for r in batch.rejected] == ["a.parquet:2"]
    assert "no column 'text'" in read_bytes(parquet(a=[1]), "a.parquet").rejected[0].reason


def test_a_parquet_file_of_one_text_very_often_is_read_row_by_row() -> None:
    """Small as a file and several gigabytes as articles: nobody may hold them all at once."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000), pa.array(["x " * 100_000]))
    data = parquet(text=text)
    assert len(data) < 1_000_000
    some = list(islice(read_each(data, "a.parquet"), 5))
    assert [len(article.text) for article in some if isinstance(article, Article)] == [200_000] * 5


def test_told_columns_are_the_only_ones_looked_at() -> None:
    told = told_columns("text=notes, date=seen_on")
    rows = "text,notes,date,seen_on\nwrong,right,2001-01-01,2019-09-11\n"
    (article,) = read_bytes(rows.encode(), "a.csv", told=told).articles
    assert (article.text, article.published) == ("right", date(2019, 9, 11))
    assert rules(article) == {
        "text": "as told: from the column notes", "date": "as told: from the column seen_on"}
    refused = read_bytes(b"text\nx\n", "a.csv", told=told).rejected
    assert "no column 'notes' for the text" in refused[0].reason
    (row,) = read_bytes(b'{"notes": "right"}', "a.jsonl", told={"text": "notes"}).articles
    assert row.text == "right"


@pytest.mark.parametrize("words", ["body", "text=", "=x", "when=date"])
def test_columns_told_wrongly_are_refused(words: str) -> None:
    with pytest.raises(BadInput, match="FIELD=COLUMN"):
        told_columns(words)


@pytest.mark.parametrize("filler", [b" ", b"a: b\r\n"])
def test_a_web_archive_that_is_a_bomb_is_refused_early(filler: bytes) -> None:
    data = gzip.compress(b"WARC/1.0\r\n" + filler * (20_000_000 // len(filler)))
    begun = time.process_time()
    (refused,) = read_bytes(data, "a.warc.gz").rejected
    assert "bomb" in refused.reason
    assert time.process_time() - begun < 2


def test_a_pdf_gives_its_text_layer() -> None:
    data = pdf("Blast in the north", "", "A bomb exploded in Mo-", "sul. Two people died.",
               properties="/Title (a.docx) /CreationDate (D:20190912080000)")
    (article,) = read_bytes(data, "a.pdf").articles
    assert "A bomb exploded in Mosul. Two people died." in article.text
    assert article.published == date(2019, 9, 12)
    assert rules(article)["date"] == "when the PDF was made"
    assert rules(article)["text"] == "from the text layer of the PDF"


def test_a_scan_and_a_broken_pdf_are_refused_with_what_to_do() -> None:
    assert "OCR" in read_bytes(pdf(), "a.pdf").rejected[0].reason
    assert read_bytes(pdf("x")[:200], "a.pdf").rejected


def test_lines_flow_into_paragraphs() -> None:
    page = "Title\n\nThe first line of a long paragraph goes\nto its end and stops here.\nThe second does so\ntoo."
    assert flowing(page) == (
        "Title\n\nThe first line of a long paragraph goes to its end and stops here.\n\nThe second does so too.")


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive_gives_its_pages_and_passes_over_the_rest(packed: bool) -> None:
    address = "https://news.example/a"
    data = warc((address, "200 OK", "text/html; charset=utf-8", PAGE.encode()),
                ("https://news.example/b.png", "200 OK", "image/png", b"\x89PNG"),
                ("https://news.example/c", "404 Not Found", "text/html", PAGE.encode()),
                ("https://news.example/d", "200 OK", "text/html", b"<html></html>"), packed=packed)
    batch = read_bytes(data, "a.warc.gz" if packed else "a.warc")
    (article,) = batch.articles
    assert (article.url, article.source, article.title) == (address, "news.example", "Blast")
    assert [r.origin.rpartition("/")[2] for r in batch.rejected] == ["d"]


def test_a_web_archive_that_is_cut_off_says_so_after_what_stands_before() -> None:
    pages = [(f"https://news.example/{n}", "200 OK", "text/html", PAGE.replace("Two", str(n)).encode())
             for n in range(3)]
    data = warc(*pages, packed=False)
    batch = read_bytes(data[:-150], "a.warc")
    assert len(batch.articles) >= 2
    assert "cut off" in batch.rejected[-1].reason
    assert read_bytes(b"WARC/9.9 nonsense", "a.warc").rejected


def test_odd_archives_say_nothing_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    data = warc(("https://a.example/ x", "200 OK", "text/html", PAGE.encode()), packed=False)
    read_bytes(data[:-4] + b"rest", "a.warc")
    read_bytes(warc(("https://a.example/", "200 OK", "text/html", PAGE.encode()))[:-30], "a.warc.gz")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("data", "kind"),
    [(pdf(BODY), "pdf"), (parquet(text=[BODY]), "parquet"), (workbook(("A", [["text"], [BODY]])), "xlsx"),
     (warc(("https://a.example/", "200 OK", "text/html", PAGE.encode())), "warc.gz"), (PAGE.encode(), "html"),
     (b'[{"text": "x y"}]', "json"), (b'{"text": "x y"}\n{"text": "z"}', "jsonl")],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_a_file_without_a_name_is_shows_in_its_first_bytes(data: bytes, kind: str) -> None:
    named: Batch = read_bytes(data, f"a.{kind}")
    if kind != "warc.gz":  # nothing but its name tells it from any other gzip file
        assert read_bytes(data, "").articles == named.articles
    assert named.articles


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "pdf", "warc", "warc.gz"])
def test_broken_files_are_named_quickly(kind: str) -> None:
    page = ("https://a.example/", "200 OK", "text/html", PAGE.encode())
    whole = {"xlsx": workbook(("A", [["text", "date"], [BODY, date(2019, 9, 11)]])), "parquet": parquet(text=[BODY]),
             "pdf": pdf(BODY, "More."), "warc": warc(page, packed=False), "warc.gz": warc(page)}[kind]
    dice = random.Random(6)
    for _ in range(40):
        broken = bytearray(whole)
        for _ in range(dice.randint(1, 20)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        cut = bytes(broken[: dice.randrange(1, len(broken))]) if dice.random() < 0.3 else bytes(broken)
        begun = time.monotonic()
        batch = read_bytes(cut, f"a.{kind}")
        assert time.monotonic() - begun < 2
        assert batch.articles or batch.rejected or kind.startswith("warc")

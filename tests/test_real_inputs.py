"""Files as they come from other people's programs: each field right, and how it is known said honestly."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.read import read_bytes
from geo.read.days import day_of
from geo.read.letters import text_of
from geo.records import Article, BadInput


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

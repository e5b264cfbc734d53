"""The language of a text: English and unknown texts are read, others only for their places."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.read.tongue import is_read, language_of, name_of

ENGLISH = "Two car bombs exploded in Aleppo on Tuesday, killing at least 12 people, the state news agency said."


@pytest.mark.parametrize(("code", "text"), [
    ("en", ENGLISH),
    ("en", ENGLISH.upper()),
    ("es", "Dos bombas estallaron el martes en el centro de la ciudad y mataron a doce, según la policía."),
    ("fr", "Deux bombes ont explosé mardi dans le centre de la ville et tué douze gens, selon la police."),
    ("de", "Zwei Bomben explodierten im Zentrum der Stadt und töteten zwölf Menschen, wie die Polizei sagte."),
    ("tr", "Salı günü iki bomba patladı ve on iki kişi öldü; polis bu saldırı için bir açıklama yaptı, dedi."),
    ("ar", "انفجرت قنبلتان في وسط المدينة وقتل اثنا عشر شخصا، وقال شهود إن الشرطة أغلقت الطرق من المدينة"),
    ("ru", "Две бомбы взорвались во вторник, погибли двенадцать человек, сообщила полиция"),
    ("zh", "周二市中心发生两起爆炸，造成十二人死亡，警方说"),
    ("ja", "東京で火曜日に爆発があり、十二人が死亡したと警察が発表した"),
    ("he", "שתי מכוניות תופת התפוצצו ביום שלישי במרכז העיר"),
])
def test_languages(code: str, text: str) -> None:
    assert language_of(text) == code
    assert name_of(code) != code


@pytest.mark.parametrize("text", [
    "", "   \n", "12 | 14 | 16", "Near Raqqa, three strikes destroyed an oil truck.",
    "for (int i = 0; i < n; i++) { printf(\"%d\", a[i]); } static char *names[] = {foo, bar, baz, qux, quux, corge};",
    "\n".join(f"{name} 12" for name in "Aleppo Mosul Raqqa Kirkuk Baghdad Homs Hama Idlib Tikrit Erbil".split()),
])
def test_what_does_not_tell_is_read_all_the_same(text: str) -> None:
    assert language_of(text) == ""
    assert is_read("")


def test_english_with_foreign_names_and_a_foreign_quotation_stays_english() -> None:
    text = ENGLISH + " He quoted “la casa de la ciudad en el centro”. The Rue de la Paix was closed."
    assert language_of(text) == "en"
    assert not is_read("es")


@settings(max_examples=60)
@given(st.text(max_size=400))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert language_of(text) == language_of(text)
    assert language_of(text * 2) in ("", *_codes())


def _codes() -> set[str]:
    from geo.read import tongue

    return {*tongue._table().languages, *tongue._table().scripts}


def test_a_long_text_costs_no_more_than_its_samples() -> None:
    assert language_of((ENGLISH + " ") * 20_000) == "en"

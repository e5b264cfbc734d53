"""Places at which UCDP GED records conflict events, as a table that gazetteer.py reads.

    python data/build/ucdp.py ucdp_ged_syria.csv.gz

The table of events (UCDP Georeferenced Event Dataset, CC BY 4.0; Sundberg and Melander 2013) names for each event a
place, its units and its point. Kept are the places of events whose location is exact or near (where_prec 1 and 2),
each once with the point given most often. Left out: roads, what lies "between" or "near" others, compass parts of
governorates, military units, factories and checkpoints, and points that a place has only once beside its usual one.
"""

import argparse
import csv
import gzip
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

OUTPUT = Path(__file__).resolve().parent / "sources" / "ucdp_places.csv"
COLUMNS = ("id", "name", "names", "feature", "country", "admin1", "lat", "lon", "radius_km", "events")
COUNTRIES = {"Syria": "SY"}
NO_PLACE = re.compile(
    r"\b(roads?|highway|junction|crossroad|between|near|in|of|border|governorate|countryside|subdistrict|triangle|"
    r"checkpoint|brigade|division|regiment|factory|mills|silos|company|project|poultry|plant|tower|research|pocket|"
    r"former|iranian|sector|station|crossing|complex|\d+th|\d+nd|\d+rd)\b|^Syria$| - | – ",
    re.IGNORECASE,
)
KINDS = (
    ("PPL", r"villa?ge|villae|town|suburb|city|locality"),
    ("CMP", r"IDP camp|refugee camp|camp"),
    ("AIRB", r"military air ?base|military airport|military air base|military heliport|air ?base"),
    ("AIRP", r"airport"),
    ("MILB", r"(?:air defense |military |army |radar )*base"),
    ("OILF", r"(?:oil|gas|oil/gas) ?fields?|oilfield|field"),
    ("RSV", r"dam reservoir|reservoir|lake"),
    ("DAM", r"dam"), ("ISL", r"island"), ("MT", r"mountain|mount"), ("HLL", r"hills?"),
    ("PRN", r"(?:central )?prison"), ("DSRT", r"desert"),
    ("PLN", r"plains?"), ("FRM", r"farms?"), ("RUIN", r"ruins?|castle"), ("SPNG", r"springs"),
    ("STM", r"stream"), ("LCTY", r"area"),
)  # fmt: skip
"""Feature code by the last words of the coded name."""
FIRST_WORDS = (("MT", r"Jabal\b"), ("HLL", r"(?:Tall|Tell|Tulul|Tlul|Sharat)\b"), ("VAL", r"Wadi\b"),
               ("PLN", r"Sahl\b"), ("RGN", r"(?:Eastern|Western|Northern|Southern)\b"))  # fmt: skip
"""By the first words, where the last say nothing."""
RADIUS_KM = {"RGN": 15, "DSRT": 20, "PLN": 12, "VAL": 8, "STM": 15, "LCTY": 5, "OILF": 5}
"""Judgements: how far such a place reaches; the others take the usual radius of their code."""
SAME_KM = 5.0


def main() -> None:
    """Writes the table and prints what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=Path)
    rows = list(places(parser.parse_args().events))
    with OUTPUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    print(f"{len(rows):,} places, {OUTPUT.stat().st_size:,} bytes; {Counter(str(row[3]) for row in rows)}")


def places(events: Path) -> Iterator[tuple[object, ...]]:
    """Rows of the table, sorted by name."""
    points: dict[tuple[str, str], Counter[tuple[float, float, str]]] = defaultdict(Counter)
    with gzip.open(events, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["where_prec"] in ("1", "2") and not NO_PLACE.search(re.sub(r"\(.*?\)", "", row["place"])):
                point = float(row["latitude"]), float(row["longitude"]), row["adm_1"]
                points[COUNTRIES[row["country"]], row["place"]][point] += 1
    taken: Counter[str] = Counter()
    for (country, coded), counted in sorted(points.items()):
        names, feature = named(coded)
        for (lat, lon, admin1), events_there in clusters(counted):
            slug = re.sub(r"[^a-z0-9]+", "-", names[0].casefold()).strip("-")
            taken[slug] += 1
            ident = f"ucdp:{slug}" if taken[slug] == 1 else f"ucdp:{slug}-{taken[slug]}"
            yield (ident, names[0], "|".join(names[1:]), feature, country, admin1.removesuffix(" Governorate"),
                   f"{lat:.5f}", f"{lon:.5f}", RADIUS_KM.get(feature, ""), events_there)  # fmt: skip


def clusters(counted: Counter[tuple[float, float, str]]) -> Iterator[tuple[tuple[float, float, str], int]]:
    """The point given most often, and others far from it that are given more than once: namesakes."""
    kept: list[tuple[float, float, str]] = []
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    for point, count in ranked:
        if (not kept or count > 1) and all(apart_km(point, other) > SAME_KM for other in kept):
            kept.append(point)
            yield point, sum(n for other, n in ranked if apart_km(point, other) <= SAME_KM)


def apart_km(one: tuple[float, float, str], other: tuple[float, float, str]) -> float:
    """Flat, good enough for neighbours."""
    width = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(width, one[0] - other[0]) * 111.2


def named(coded: str) -> tuple[list[str], str]:
    """The coded name's names, the usual first, and its feature code.

    "Kobane/Ayn al Arab town" is a PPL of two names; a village is called without the word, "Al Rukban camp" with it
    too; of an air base the shorter forms are added ("Menagh airbase").
    """
    outer = re.sub(r"\s*\(.*?\)", "", coded).strip()
    inner = [name for name in re.findall(r"\((.*?)\)", coded) if not NO_PLACE.search(name) and " area" not in name]
    feature, kind = "LCTY", ""
    for code, words in KINDS:
        if found := re.search(rf"\s(?:{words})$", outer, re.IGNORECASE):
            feature, kind, outer = code, found[0], outer[:found.start()]
            break
    else:
        feature = next((code for code, words in FIRST_WORDS if re.match(words, outer)), feature)
    bare = [name.strip() for name in (*outer.split("/"), *inner) if name.strip()]
    bare = [re.sub(rf"\s(?:village|town|area|{kind.strip() or 'town'})$", "", name) for name in bare]
    if feature == "PPL" or not kind:
        return bare, feature
    forms = [kind] if feature != "AIRB" else [kind, " airbase", " air base", " airport", " military airport"]
    whole = [name + form for name in bare for form in forms]
    return list(dict.fromkeys([*whole, *bare])), feature


if __name__ == "__main__":
    main()

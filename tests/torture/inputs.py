"""One sound input of every kind that is read, made here, for mutation."""

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path

from tests.test_coded import ACLED, GDELT, UCDP, as_csv
from tests.test_tables_read import parquet, pdf, warc, workbook

PAGES = Path(__file__).resolve().parent.parent / "data/pages"
BODY = ("Warplanes bombed a depot near Mosul on Monday, a police officer said. Two men were killed. "
        "Families fled from Tal Afar towards Sinjar.")  # fmt: skip
ROW = {"title": "Depot hit", "text": BODY, "date": "2019-09-11", "source": "Northern Wire", "url": "https://e.org/1"}


def sound() -> dict[str, tuple[str, bytes]]:
    """Kind -> file name and bytes."""
    page = (PAGES / "gazette.html").read_bytes()
    feed = (PAGES / "wire.rss").read_bytes()
    table = io.StringIO()
    rows = csv.DictWriter(table, list(ROW))
    rows.writeheader()
    rows.writerows([ROW, ROW | {"title": "Second", "text": BODY + " It rained."}])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", BODY)
        archive.writestr("deep/b.html", page)
    atom = (f'<feed xmlns="http://www.w3.org/2005/Atom"><title>W</title><entry><title>Hit</title><id>1</id>'
            f"<updated>2019-09-11T08:00:00Z</updated><content>{BODY}</content></entry></feed>")  # fmt: skip
    return {
        "text": ("a.txt", f"date 2019-09-11 {BODY}\n\nSecond paragraph, “quoted”.".encode()),
        "markdown": ("a.md", f"---\ntitle: Fire\ndate: 2019-09-11\n---\n\n# Fire\n\n{BODY}\n\n- [x](y)\n".encode()),
        "html": ("a.html", page),
        "rss": ("a.rss", feed),
        "atom": ("a.atom", atom.encode()),
        "json": ("a.json", json.dumps({"articles": [ROW, ROW | {"text": BODY * 2}]}).encode()),
        "jsonl": ("a.jsonl", "\n".join(json.dumps(ROW | {"text": f"{n} {BODY}"}) for n in range(3)).encode()),
        "csv": ("a.csv", table.getvalue().encode()),
        "tsv": ("a.tsv", table.getvalue().replace(",", "\t").encode()),
        "xlsx": ("a.xlsx", workbook(("News", [list(ROW), list(ROW.values())]))),
        "parquet": ("a.parquet", parquet(**{key: [value, value] for key, value in ROW.items()})),
        "eml": ("a.eml", (PAGES / "letter.eml").read_bytes()),
        "pdf": ("a.pdf", pdf(*BODY.split(". "), properties="/Title (Depot) /CreationDate (D:20190911)")),
        "warc": ("a.warc", warc(("https://e.org/1", "200 OK", "text/html", page), packed=False)),
        "warc.gz": ("a.warc.gz", warc(("https://e.org/1", "200 OK", "text/html", page))),
        "zip": ("a.zip", packed.getvalue()),
        "gzip": ("a.txt.gz", gzip.compress(BODY.encode())),
        "ucdp": ("ged.csv", as_csv(UCDP)),
        "acled": ("acled.csv", as_csv(ACLED)),
        "gdelt": ("gdelt.csv", as_csv(GDELT)),
    }

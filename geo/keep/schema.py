"""Tables of the store. Days are ordinals, coordinates plain floats, records JSON: the same on every engine."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

VERSION = 6
"""Raised whenever a table changes; a store with a higher number was written by a newer Dateline."""

metadata = MetaData()

meta = Table(
    "meta", metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("schema_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # raised by each write
    Column("added", Integer, nullable=False),  # version of the last new article
    Column("merged", Integer, nullable=False),  # version of the last article that was merged
    Column("rules", Text, nullable=False, server_default=""),  # that `pairs` and `standing` follow; "" is unknown
)

articles = Table(
    "articles", metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("n_mentions", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("toponyms", LargeBinary, nullable=False),  # deflated: else five times the text that they stand in
    Index("articles_counted", "source", "n_mentions"),  # counts without a look at the texts
)

# Events and routes as one article reports them: what merging starts from. `payload` is what was read and never
# changes; what people put right stands beside it, and all other columns tell of the report as it is now.
reported = Table(
    "reported", metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("article", ForeignKey("articles.seq"), nullable=False),
    Column("pos", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("corrected", LargeBinary),  # NULL: nobody changed it
    Column("rejected", Text, nullable=False, server_default=""),  # by which correction
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("from_day", Integer),  # days that another report must meet to be compared; NULL meets all
    Column("to_day", Integer),
    Index("reported_article", "article", "pos"),
    Index("reported_days", "kind", "type", "from_day", "to_day"),
    Index("reported_corrected", "type", sqlite_where=text("corrected IS NOT NULL")),
)

# The audit trail: rows are added and never changed. `payload` holds what the other columns tell, and more.
corrections = Table(
    "corrections", metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("act", Text, nullable=False),
    Column("undoes", Text, nullable=False, index=True),
    Column("payload", LargeBinary, nullable=False),
)

# No foreign key: a correction outlives the article it is about.
correction_articles = Table(
    "correction_articles", metadata,
    Column("article_id", Text, primary_key=True),
    Column("correction", ForeignKey("corrections.seq"), primary_key=True, index=True),
)

# How alike two reports are, as numbers of `reported`; as they were read, and anew where one was changed.
pairs = Table(
    "pairs", metadata,
    Column("a", ForeignKey("reported.seq"), primary_key=True),
    Column("b", ForeignKey("reported.seq"), primary_key=True, index=True),
    Column("changed", Integer, primary_key=True),
    Column("likeness", Float, nullable=False),
)

places = Table(
    "places", metadata,
    Column("gazetteer_id", Text, primary_key=True),
    Column("payload", LargeBinary, nullable=False),
)

place_uses = Table(
    "place_uses", metadata,
    Column("gazetteer_id", ForeignKey("places.gazetteer_id"), primary_key=True),
    Column("article", ForeignKey("articles.seq"), primary_key=True),
    Column("n_mentions", Integer, nullable=False),
)

# Events and routes after merging: what is shown. Everything a filter asks for is a column or a link table.
things = Table(
    "things", metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("start_day", Integer),
    Column("end_day", Integer),
    Column("confidence", Float, nullable=False),
    Column("lon", Float, CheckConstraint("lon BETWEEN -180 AND 180")),  # of events; routes have `points` alone
    Column("lat", Float, CheckConstraint("lat BETWEEN -90 AND 90")),
    Column("precision", Text, nullable=False),
    Column("radius_km", Float, nullable=False),
    Column("place_name", Text, nullable=False),
    Column("sources", LargeBinary, nullable=False),  # JSON again, for reading many rows at once
    Column("place_keys", LargeBinary, nullable=False),
    Column("title", Text, nullable=False),
    Column("n_independent", Integer, nullable=False, server_default="0"),  # origins that tell it
    Column("worth", Float, nullable=False, server_default="0"),  # of a person's look at it; 0 where none is needed
    Column("digest", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Index("things_worth", "worth"),
    Index("things_days", "kind", "start_day", "end_day"),
)

# States of what is shown, and what changed on the way to each: see changes.py.
states = Table(
    "states", metadata,
    Column("version", Integer, primary_key=True),
    Column("stamp", Text, nullable=False, unique=True),
)

changes = Table(
    "changes", metadata,
    Column("seq", Integer, primary_key=True),
    Column("version", Integer, nullable=False, index=True),
    Column("thing", Integer, nullable=False, index=True),  # no foreign key: it may be gone
)

members = Table(
    "members", metadata,
    Column("member_id", Text, primary_key=True),
    Column("thing", ForeignKey("things.seq"), nullable=False, index=True),
)

thing_sources = Table(
    "thing_sources", metadata,
    Column("source", Text, primary_key=True),
    Column("thing", ForeignKey("things.seq"), primary_key=True, index=True),
)

thing_places = Table(
    "thing_places", metadata,
    Column("key", Text, primary_key=True),
    Column("thing", ForeignKey("things.seq"), primary_key=True, index=True),
)

thing_points = Table(
    "thing_points", metadata,
    Column("thing", ForeignKey("things.seq"), nullable=False, index=True),
    Column("lon", Float, CheckConstraint("lon BETWEEN -180 AND 180"), nullable=False),
    Column("lat", Float, CheckConstraint("lat BETWEEN -90 AND 90"), nullable=False),
    Index("thing_points_box", "lat", "lon", "thing"),
)

quarantine = Table(
    "quarantine", metadata,
    Column("origin", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("input", Text, nullable=False, server_default=""),  # the file or address to read it from again
    Index("quarantine_input", "input"),
)

# Inputs read to their end, and from which bytes: those need not be read again.
inputs = Table(
    "inputs", metadata,
    Column("origin", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("articles", Integer, nullable=False),
)

# How far each watched feed has got.
feeds = Table(
    "feeds", metadata,
    Column("url", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),
)

# By what an article stays the same one when its text changes, and which article came in its place.
origins = Table(
    "origins", metadata,
    Column("article", ForeignKey("articles.seq"), primary_key=True),
    Column("key", Text, nullable=False, index=True),
    Column("replaced_by", ForeignKey("articles.seq"), index=True),
)

# Articles with the text of one that came in before them.
copies = Table(
    "copies", metadata,
    Column("article", ForeignKey("articles.seq"), primary_key=True),
    Column("copy_of", ForeignKey("articles.seq"), nullable=False, index=True),
    Column("likeness", Float, nullable=False),
)

# MinHash bands: near-copies very likely have one in common.
bands = Table(
    "bands", metadata,
    Column("band", Integer, primary_key=True),
    Column("article", ForeignKey("articles.seq"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

# Where each report stands among those that it may be compared with, as of the last merge; see standing.py.
standing = Table(
    "standing", metadata,
    Column("line", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("tie", Integer, primary_key=True),
    Column("report", Integer, primary_key=True),  # no foreign key: it may be gone until the next merge
    Column("low", Integer, nullable=False),
    Column("high", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Reports that came in, changed or left since the last merge; see unmerged.py.
unmerged = Table(
    "unmerged", metadata,
    Column("seq", Integer, primary_key=True),
    Column("report", Integer, nullable=False),
    Column("report_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("article", Integer, nullable=False),
    Column("payload", LargeBinary),
    Column("published", Integer),
    sqlite_autoincrement=True,
)

LINKS = (members, thing_sources, thing_places, thing_points)
"""Tables whose rows go with their thing."""

SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5(title, sentences, places, actors, "
    "tokenize = 'unicode61 remove_diacritics 2')"
)
"""The full text of things; rowid is things.seq."""

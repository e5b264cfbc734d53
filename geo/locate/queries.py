"""The SQL of look-ups: over the shipped index alone (main), or over it and the user's places (own) as one gazetteer.

A place that both hold is one place: the user's columns win, and what the user's row leaves open (area, radius,
population, parent) stays as shipped. Names of both lead to it.
"""

from dataclasses import dataclass

COLUMNS = ("id", "name", "lon", "lat", "west", "south", "east", "north", "feature", "country", "population",
           "radius_km")  # fmt: skip
"""As every statement gives them, after kind and label where there are any and before the parent."""


@dataclass(frozen=True, slots=True)
class Queries:
    """Statements by what is asked for; those for names give kind and label in front of the place."""

    exact: str
    """(key,)"""
    named: str
    """(key, weakest kind): kind and label only"""
    like: str
    """(skeleton, country)"""
    prefix: str
    """(above key, below key, weakest kind, most rows); largest first"""
    place: str
    """(id,)"""
    coded: str
    """(unit code,): the id of the unit"""
    counted: str
    """(country,): how many places it has"""
    tally: str
    """(): country and number of places"""


def _place(own: str, shipped: str) -> str:
    """The columns of a place that may be in either table."""
    both = ", ".join(f"coalesce({own}.{name}, {shipped}.{name})" for name in COLUMNS)
    return f"{both}, coalesce({own}.inside, {shipped}.parent, {own}.unit)"


_SHIPPED = ", ".join(f"p.{name}" for name in (*COLUMNS, "parent"))
_BOTH = _place("o", "p")

SHIPPED = Queries(
    exact=f"SELECT n.kind, n.label, {_SHIPPED} FROM name n JOIN place p ON p.n = n.place WHERE n.key = ?1",
    named="SELECT kind, label FROM name WHERE key = ?1 AND kind <= ?2",
    like=f"SELECT s.label, {_SHIPPED} FROM skeleton s JOIN place p ON p.n = s.place "
         "WHERE s.key = ?1 AND s.country = ?2",
    prefix=f"SELECT n.kind, n.label, {_SHIPPED} FROM name n JOIN place p ON p.n = n.place "
           "WHERE n.key > ?1 AND n.key < ?2 AND n.kind <= ?3 ORDER BY p.population DESC, p.id, n.key LIMIT ?4",
    place=f"SELECT {_SHIPPED} FROM place p WHERE p.id = ?1",
    coded="SELECT value FROM meta WHERE key = 'unit ' || ?1",
    counted="SELECT count(*) FROM place WHERE country = ?1",
    tally="SELECT country, count(*) FROM place GROUP BY country ORDER BY country",
)  # fmt: skip

_OF_SHIPPED = "JOIN main.place p ON p.n = n.place LEFT JOIN own.place o ON o.id = p.id"
_OF_OWN = "LEFT JOIN own.place o ON o.id = n.id LEFT JOIN main.place p ON p.id = n.id"
_KNOWN = "(o.id IS NOT NULL OR p.id IS NOT NULL)"
_COUNTRIES = ("SELECT country FROM own.place WHERE country IS NOT NULL UNION ALL SELECT p.country FROM main.place p "
              "LEFT JOIN own.place o ON o.id = p.id WHERE o.country IS NULL")  # fmt: skip

TOGETHER = Queries(
    exact=f"SELECT n.kind, n.label, {_BOTH} FROM main.name n {_OF_SHIPPED} WHERE n.key = ?1 UNION ALL "
          f"SELECT n.kind, n.label, {_BOTH} FROM own.name n {_OF_OWN} WHERE n.key = ?1 AND {_KNOWN}",
    named="SELECT kind, label FROM main.name WHERE key = ?1 AND kind <= ?2 UNION ALL "
          "SELECT kind, label FROM own.name WHERE key = ?1 AND kind <= ?2",
    like=f"SELECT n.label, {_BOTH} FROM main.skeleton n {_OF_SHIPPED} WHERE n.key = ?1 AND n.country = ?2 UNION ALL "
         f"SELECT n.label, {_BOTH} FROM own.skeleton n {_OF_OWN} WHERE n.key = ?1 AND n.country = ?2 AND {_KNOWN}",
    prefix=f"SELECT * FROM (SELECT n.kind, n.label, {_BOTH} FROM main.name n {_OF_SHIPPED} "
           "WHERE n.key > ?1 AND n.key < ?2 AND n.kind <= ?3 UNION ALL "
           f"SELECT n.kind, n.label, {_BOTH} FROM own.name n {_OF_OWN} "
           f"WHERE n.key > ?1 AND n.key < ?2 AND n.kind <= ?3 AND {_KNOWN}) ORDER BY 13 DESC, 3, 1, 2 LIMIT ?4",
    place=f"SELECT {_BOTH} FROM own.place o LEFT JOIN main.place p ON p.id = o.id WHERE o.id = ?1 UNION ALL "
          f"SELECT {_BOTH} FROM main.place p LEFT JOIN own.place o ON o.id = p.id WHERE p.id = ?1 LIMIT 1",
    coded="SELECT id FROM own.place WHERE code = ?1 UNION ALL SELECT value FROM main.meta WHERE key = 'unit ' || ?1",
    counted=f"SELECT count(*) FROM ({_COUNTRIES}) WHERE country = ?1",
    tally=f"SELECT country, count(*) FROM ({_COUNTRIES}) GROUP BY country ORDER BY country",
)  # fmt: skip

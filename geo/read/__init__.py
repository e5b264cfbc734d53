"""Bytes -> Articles, and what could not be read with its reason."""

from geo.read.articles import Batch, Found, Rejected, find_files, read_bytes, read_each
from geo.read.rows import article_of

__all__ = ["Batch", "Found", "Rejected", "article_of", "find_files", "read_bytes", "read_each"]

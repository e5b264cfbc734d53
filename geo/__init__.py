"""Dateline: from news articles to a map of reported events that can be trusted."""

__version__ = "0.1.0"

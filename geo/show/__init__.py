"""Findings shown: as words, files, HTTP answers, the map and the pages."""

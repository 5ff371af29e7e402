"""A folder of results: what stands in it, how it is read, checked and exported."""

from forumsim.results.results import Results

__all__ = ["Results"]

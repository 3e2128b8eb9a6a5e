"""Benchmarks that print ratios from one run: `make bench`, or `python -m bench NAME`; docs/benchmarks.md."""

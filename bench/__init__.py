"""Benchmarks: what it costs to start, to rest, to answer and to acknowledge. Run with `make bench`."""

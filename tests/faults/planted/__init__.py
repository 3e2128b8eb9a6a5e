"""Faults planted into serving processes, to see whether the checker finds them."""

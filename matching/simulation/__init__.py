"""Simulates business days of a consultancy, to compare this package's matching with rules others publish."""

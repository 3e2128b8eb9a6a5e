"""The HTTP edge: the API under /api, the pages of the web client, and what operators look at."""

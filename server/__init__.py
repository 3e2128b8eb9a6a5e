"""The consultation server: command line, composition root, use cases and their edges."""

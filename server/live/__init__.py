"""Redis: what is true only now and can be rebuilt at any time."""

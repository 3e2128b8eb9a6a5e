"""MongoDB, through motor: the only package that knows that a database exists."""

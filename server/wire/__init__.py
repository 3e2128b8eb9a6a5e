"""The shapes of PROTOCOL version 1 that both edges speak: TypedDicts for output, strict models for input."""

"""One file for each thing that a person or a timer can ask for: the listing is the list of features."""

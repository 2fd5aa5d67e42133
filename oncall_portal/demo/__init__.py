"""A heating-and-plumbing company in Paris and Montréal, to try the portal with."""

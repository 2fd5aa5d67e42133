"""One file with the database and the recordings of a portal, and the way back from it."""

"""The home page: who takes the call now, what is covered, what came in since yesterday."""

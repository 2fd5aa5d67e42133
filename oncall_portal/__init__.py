"""Wiring of the on-call portal: settings, addresses, background work and the process runner."""

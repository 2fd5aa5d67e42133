"""Starts, watches and stops every process of the portal on one machine."""

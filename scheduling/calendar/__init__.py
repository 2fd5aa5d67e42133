"""The calendar of one schedule: its page, and what the page shows as one piece of JSON."""

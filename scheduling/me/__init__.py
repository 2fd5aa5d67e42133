"""The page of staff: my duties, swaps, time off, for a telephone; no script is needed."""

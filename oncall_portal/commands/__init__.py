"""What the commands of the whole portal do."""

"""What templates say with tags of our own."""

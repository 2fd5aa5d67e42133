"""The desk phones: a caller and everybody's telephones in the browser, played by the emulator."""

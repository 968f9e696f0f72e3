"""The demo region: content, files, people and their loading."""

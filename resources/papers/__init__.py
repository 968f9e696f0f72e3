"""Papers that the library writes: the words, and their form as PDF and DOCX. Nothing is kept as a file."""

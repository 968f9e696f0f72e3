"""How a reader wants the pages: colours, text size, spacing, font, images, language. One cookie, no account, no table."""

"""What runs inside the bounded child process: no Django, light imports, nothing here trusts its input."""

"""Files that people bring: what is allowed, checking, reading, previews, keeping and serving them.

Django-free code that looks into untrusted bytes lives in `inside/` and runs only in the bounded child process of `sandbox`.
"""

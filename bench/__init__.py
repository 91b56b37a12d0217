"""Measures the project's targets: python -m bench [NAME ...] [--data DIR] [--out DIR]."""

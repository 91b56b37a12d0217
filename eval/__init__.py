"""Measures the assistant's answers through the production wiring."""

"""The curated FAQ: its entries, where they are stored, how a question finds its entry.

Knows nothing of speech, the conversation or the web.
"""

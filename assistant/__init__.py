"""The conversation: sessions, turns, answers, and the wiring of them all."""

"""Speech in and out: audio, voice activity, endpointing, transcription, synthesis, models.

Knows nothing of the FAQ, the conversation or the web.
"""

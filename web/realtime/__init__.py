"""The OpenAI Realtime protocol (GA), as one adapter over the events of a session."""

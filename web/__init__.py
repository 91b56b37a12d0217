"""The door: the portal page, the Realtime websocket, health."""

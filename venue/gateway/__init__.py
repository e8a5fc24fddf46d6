"""The bots' door: JSON-RPC 2.0 over WebSocket.

Read ``methods.py`` for what may be asked, ``protocol.py`` for one conversation, ``door.py``
for all of them together, ``server.py`` for the sockets.
"""

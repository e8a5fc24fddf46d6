"""Where the WebSocket libraries log: nowhere. What a peer does wrong is told to the peer."""

import logging

QUIET = logging.getLogger("venue.gateway.websockets")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False

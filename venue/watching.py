"""What the metrics show of the door, and of the tables for reading, as it is at each scrape."""

from venue.gateway.server import Door
from venue.projector import Projector
from venue.web.metrics import Metrics


def watch_door(metrics: Metrics, door: Door) -> None:
    """Let the metrics show who is there, and what the door sheds."""
    shed, watch = door.services.shed, metrics.watch
    watch("door_refused", "Requests refused by the door", "reason", shed.refused)
    watch("door_ended", "Conversations ended by the door", "why", shed.ended)
    watch("door_turned_away", "Sockets that never became one", "why", shed.turned_away)
    metrics.show("connections", "Conversations now", lambda: len(door.connections))
    metrics.show("opening", "Sockets without a handshake", lambda: door.opening)
    metrics.show("unanswered", "Requests in hand", lambda: door.services.unanswered)


def watch_projections(metrics: Metrics, projector: Projector) -> None:
    """Let the metrics show how far the tables for reading are."""
    show = metrics.show
    show("projections_seq", "The last command in the tables", lambda: projector.reached.seq)
    show(
        "projections_late_seconds",
        "For how long the tables have missed what is durable",
        projector.late_s,
    )

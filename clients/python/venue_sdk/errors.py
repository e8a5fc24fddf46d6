"""What can go wrong for a bot, by kind. Only ``Refused`` is an everyday matter."""


class VenueError(Exception):
    """The root of all errors of this package."""


class Refused(VenueError):
    """The venue refuses a request, and nothing has changed.

    Match on ``name``: it is permanent. ``sentence`` is for people, ``figures`` say how much was
    asked and how much there is. ``method`` is what was asked.

    >>> str(Refused("insufficient_margin", "there is not enough margin", {"needed": "12.50"}))
    'insufficient_margin: there is not enough margin (needed 12.50)'
    """

    def __init__(
        self, name: str, sentence: str, figures: dict[str, str | int], method: str = ""
    ) -> None:
        shown = ", ".join(f"{key} {value}" for key, value in figures.items())
        super().__init__(f"{name}: {sentence}" + (f" ({shown})" if shown else ""))
        self.name = name
        self.sentence = sentence
        self.figures = figures
        self.method = method


class Unanswered(VenueError):
    """A request has no answer, and whether it was done is not known.

    Raised for what must not be asked twice (money), and for everything else once the venue has
    been away for longer than the client waits. The private stream tells what became of it.
    """


class Lost(VenueError):
    """A connection has ended, or could not be made; the client makes another by itself."""


class Closed(VenueError):
    """The client has been closed, by its owner or because it cannot go on."""


class Mismatch(VenueError):
    """The venue sent what this version of the package cannot read."""

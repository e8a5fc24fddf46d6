"""What the store refuses, and how it says so: what was expected, what was found, what to do.

Every text here is fit for a person; none of these is a fault of the program.
"""

from venue.core.listing import MarketSpec


class StoreError(Exception):
    """The root of the store's refusals."""


class JournalUnavailable(StoreError):
    """The journal cannot be written or read now: the disk is full, the server or file is gone.

    Nothing is half written. The same group may be appended again, as often as one likes.
    """


class StoreUnavailable(StoreError):
    """A database of projections, or one to be upgraded, cannot be used now."""


class JournalLocked(StoreError):
    """Another process writes this journal; there is one writer."""


class SchemaOutdated(StoreError):
    """A database was made by another version of the schema."""


class JournalCorrupt(StoreError):
    """A row of the journal is not what was written.

    ``row`` is the first sequence number of the row, ``None`` where the file cannot even be read;
    ``whole_until_seq`` is the last command that can still be trusted, 0 for none.
    """

    def __init__(
        self,
        name: str,
        *,
        row: int | None,
        whole_until_seq: int,
        expected: str,
        found: str,
        way_out: str | None = None,
    ) -> None:
        self.row = row
        self.whole_until_seq = whole_until_seq
        self.expected = expected
        self.found = found
        where = f"journal {name}" if row is None else f"journal {name}, row of seq {row}"
        if way_out is not None:
            pass
        elif whole_until_seq:
            way_out = (
                f"everything up to seq {whole_until_seq} is whole: restore {name} from a copy, or "
                f"give up what follows with `venue journal cut --after {whole_until_seq}`"
            )
        else:
            way_out = f"nothing before it is left: restore {name} from a copy"
        super().__init__(f"{where}: expected {expected}, found {found}; {way_out}")


class JournalDiverged(StoreError):
    """The same commands, executed again, did not bring the same events or the same state.

    The first difference is in the commands ``first_seq`` to ``last_seq``. ``listed`` are the
    markets of that moment, with the hashes of their rules: one that reads differently here may be
    why.
    """

    def __init__(
        self,
        name: str,
        *,
        first_seq: int,
        last_seq: int,
        what: str,
        listed: tuple[MarketSpec, ...] = (),
    ) -> None:
        self.first_seq = first_seq
        self.last_seq = last_seq
        self.listed = listed
        super().__init__(
            f"journal {name} diverges within seq {first_seq} to {last_seq}: expected the {what} "
            "on record, found another; run it with the version that wrote it, or start again from "
            "the newest checkpoint after it"
        )


class RulesMissing(StoreError):
    """A journal names a rule that is not here, or that breaks here: what it decided cannot be said
    again. The rows may be whole."""

    def __init__(self, name: str, *, first_seq: int, last_seq: int, why: str) -> None:
        super().__init__(
            f"journal {name}, seq {first_seq} to {last_seq}: expected the rules that it was "
            f"written under, found that {why}; a rule's file is handed out along with its journal: "
            "put it where it is imported from (beside you, or in a folder of PYTHONPATH), or check "
            "the rows alone with `venue journal verify --rows-only`"
        )


class HistoryRefused(StoreError):
    """A history query or an export asks for something that there is not."""

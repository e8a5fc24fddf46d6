"""A rule that broke: our own fault of a kind, with a sentence that leads to its author."""


class RuleBroke(AssertionError):
    """A rule raised, or answered what no rule of its kind may.

    The sentence names kind, rule, market, and the file and line. Like every assertion it stops the
    venue before the command in hand is journalled: a rule that cannot be believed decides nothing.
    """

"""Which limits, bands and throttles hold in which session."""

from venue.core.policies import TermsRule
from venue.rules.terms.by_session import BySession
from venue.rules.terms.none import NoTerms
from venue.rules.terms.rows import Rows

RULES: dict[str, type[TermsRule]] = {
    "by_session": BySession,
    "none": NoTerms,
    "rows": Rows,
}

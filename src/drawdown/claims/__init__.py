"""What propositions mean over futures: three-valued, with a margin; what they say of an ensemble: probabilities with their errors."""

from drawdown.claims.answers import Answer, Difference, answers, provisional
from drawdown.claims.endstates import EndState, end_state_shares
from drawdown.claims.evaluate import Futures, Judged, judge, status_quo
from drawdown.claims.names import Stated, compile_claims, names_for

__all__ = [
    "Answer",
    "Difference",
    "EndState",
    "Futures",
    "Judged",
    "Stated",
    "answers",
    "compile_claims",
    "end_state_shares",
    "judge",
    "names_for",
    "provisional",
    "status_quo",
]

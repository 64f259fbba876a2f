"""What all wars teach: how the level of violence moves on, fitted to the monthly record of all countries before September 2007.

`process` is the law, `likelihood` its probability of a record, `fitting` makes the posterior that `level.json` holds, and `at_origin`
says where one country's record stands under it. Steps of mechanisms read none of this: they get parameters, as every mechanism does.
"""

from drawdown.learned.at_origin import Standing, standing
from drawdown.learned.posterior import LevelPosterior, learned

__all__ = ["LevelPosterior", "Standing", "learned", "standing"]

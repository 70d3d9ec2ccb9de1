"""What tests build on, made through the product's own actions.

The cast: Alice owns, Bob edits, Vera views, Charlie is a stranger, Mona manages,
Ada administers, Ed is an executive, Otto audits.
"""

from tests.factories.cast import Cast, make_cast, person
from tests.factories.pilots import CHARTER, pilot, unit

__all__ = ["CHARTER", "Cast", "make_cast", "person", "pilot", "unit"]

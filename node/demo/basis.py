"""The basis of a figure: printed in a source, worked out from what is, assumed because something must, or made up."""

from typing import Literal

Basis = Literal["published", "derived", "assumed", "invented"]

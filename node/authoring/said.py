"""Said: a sentence and the names in it, kept apart so that it can be told in another language."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """An English sentence with places in braces, and what stands in them."""

    sentence: str
    names: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence.format(**self.names)

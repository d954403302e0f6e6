"""From the labels of any model to those of an `Entity`.

Models are trained on different corpora and name the same things differently. What this table does
not know (MONEY, ORDINAL ...) is left out of the archive, with one warning a model.
"""

from typing import Literal

Label = Literal["PERSON", "ORG", "LOC", "NORP", "EVENT"]

LABELS: dict[str, Label] = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "PRS": "PERSON",
    "PERS": "PERSON",
    "ORG": "ORG",
    "ORGANIZATION": "ORG",
    "ORGANISATION": "ORG",
    "CORPORATION": "ORG",
    "GPE": "LOC",
    "LOC": "LOC",
    "FAC": "LOC",
    "LOCATION": "LOC",
    "PLACE": "LOC",
    "FACILITY": "LOC",
    "GPE_LOC": "LOC",
    "GPE_ORG": "LOC",
    "NORP": "NORP",
    "NATIONALITY": "NORP",
    "EVENT": "EVENT",
    "EVT": "EVENT",
}
"""Model label, in capitals -> label of an `Entity`."""

NOT_NAMES = frozenset(
    "CARDINAL DATE TIME MONEY ORDINAL PERCENT QUANTITY LANGUAGE LAW PRODUCT WORK_OF_ART MISC"
    " ART NAT TIM".split()
)
"""Labels that well-known models have and that no facet takes: no warning is due."""

"""Writes the package's tables as arrays, in the environment that has it: `python -m tests.benchmarks.getusppe.export FILE`.

Donors and recipients are numbered in the order of their names, as the package sorts them, kinds in the order of theirs. Of each
row its person, kind, moment (nanoseconds since 1970) and units; `miles` is donors × recipients, NaN where nothing is told.
"""

import sys
from typing import Any

import numpy as np
import pandas as pd
from ppe_match import TestingFramework


def write(path: str) -> None:
    """The tables that the package's simulation starts from, donations that it takes for errors left out."""
    package = TestingFramework()
    given = package.all_donors[package.all_donors.qty <= package.max_donation_qty]
    asked, apart = package.all_recipients, package.distance_mat
    donors, recipients = np.unique(given.don_id), np.unique(asked.rec_id)
    kinds = np.unique(np.concatenate([given.ppe, asked.ppe]))
    apart = apart[apart.don_id.isin(donors) & apart.rec_id.isin(recipients)]
    miles = np.full((len(donors), len(recipients)), np.nan)
    miles[pd.Index(donors).get_indexer(apart.don_id), pd.Index(recipients).get_indexer(apart.rec_id)] = (
        apart.distance
    )
    np.savez(
        path,
        miles=miles,
        donors=donors.astype(str),
        recipients=recipients.astype(str),
        kinds=kinds.astype(str),
        **_side("given", given, given.don_id, donors, kinds),
        **_side("asked", asked, asked.rec_id, recipients, kinds),
    )


def _side(name: str, rows: Any, who: Any, known: Any, kinds: Any) -> dict[str, Any]:
    return {
        f"{name}_who": np.searchsorted(known, who),
        f"{name}_kind": np.searchsorted(kinds, rows.ppe),
        f"{name}_at": pd.DatetimeIndex(rows.date).asi8,
        f"{name}_units": rows.qty.to_numpy().astype(np.int64),
    }


if __name__ == "__main__":
    write(sys.argv[1])

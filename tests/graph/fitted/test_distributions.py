from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import PowerTransformer, QuantileTransformer

from tests.graph.fitted import real
from tests.graph.fitted.agreeing import differences


@pytest.mark.parametrize("shape", ["uniform", "normal"])
def test_at_the_quantiles_and_beyond_them(shape: str) -> None:
    rows, _, _ = real.compas()
    some = rows[["priors_count"]].astype(float)
    fitted = QuantileTransformer(n_quantiles=30, output_distribution=shape).fit(some)      # many of them are equal
    at = fitted.quantiles_[:, 0]
    placed = np.concatenate([at, np.nextafter(at, -np.inf), np.nextafter(at, np.inf), at + 1e-8, at - 1e-8,
                             [-1e9, 1e9, np.nan, 0.5, 1.25]])
    assert max(differences(fitted, pd.DataFrame({"priors_count": placed})).values()) < 1e-9


@pytest.mark.parametrize("power", [0.0, 1e-9, 0.5, 1.0, 2.0, 2.0 + 1e-9, -3.0])
def test_powers_where_the_formula_changes(power: float) -> None:
    rows, _, other = real.wine()
    fitted = PowerTransformer(standardize=False).fit(rows)
    fitted.lambdas_ = np.full_like(fitted.lambdas_, power)
    centred = other - rows.mean()
    assert max(differences(fitted, centred).values()) < 1e-9

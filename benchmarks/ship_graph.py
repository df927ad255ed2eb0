"""The ensemble of `ship_case` written as one graph, as a user would write it."""

from __future__ import annotations

from benchmarks.ship_case import CAP, LIMIT, NO, TEXTS, YES, Ensemble
from shall import graph as g


def written(made: Ensemble, inside: bool = False) -> g.Compiled:
    """Four models of four libraries, what they need, and the rule; with what each says, where ``inside``."""
    x = g.inputs({**{f"x{place}": "number" for place in range(28)}, **made.categories})
    ratio = (x["x0"] / x["x1"]).named("ratio")
    features = g.Columns({
        **{name: x[name] for name in x if name not in TEXTS},
        **dict(zip(TEXTS, g.codes(x.only(list(TEXTS)), missing=-1.0), strict=True)),
        "ratio": ratio,
        "log_basket": g.log1p(x["x0"]),
        "rate": g.cross(x["city"], x["hour"]).lookup(made.rates, default=made.prior),
        **dict(zip(("store_0", "store_1", "store_2"), g.lookup(x["store"], made.stores, default=made.default),
                   strict=True)),
    })
    linear = g.transform(made.linear, g.Columns({**features, **{name: x[name] for name in TEXTS}}))
    each = (
        g.predict_proba(made.boosted, features)[:, 1],
        g.predict_proba(made.extreme, features)[:, 1],
        g.predict_proba(made.logistic, linear)[:, 1],
        g.sigmoid(g.module(made.net, linear)),
    )
    mean = g.mean(*each)
    score = g.cap(g.predict(made.isotonic, mean), CAP, when=ratio > LIMIT)
    outputs = {"score": score, **g.decide(score, at=YES, abstain=(NO, YES))}
    if inside:
        outputs |= {"mean": mean, **{f"score {place}": one for place, one in enumerate(each)}}
    return g.compile(x, **outputs)

"""The ensemble of `ship_case` written as one graph, as a user would write it."""

from __future__ import annotations

from benchmarks.ship_case import CAP, LIMIT, MADE, NO, NUMBERS, TEXTS, YES, Ensemble
from shall import graph as g


def written(made: Ensemble, inside: bool = False) -> g.Compiled:
    """Four models of four libraries, what they need, and the rule; with what each says, where ``inside``."""
    texts = dict(zip(TEXTS, made.coded.named_transformers_["texts"].categories_, strict=True))
    x = g.inputs({**{f"x{place}": "number" for place in range(NUMBERS)},
                  **{name: [value for value in values if isinstance(value, str)] for name, values in texts.items()}})
    ratio = x["x0"] / x["x1"]
    features = g.Columns({
        **x,
        "ratio": ratio,
        "log_basket": g.log1p(x["x0"]),
        "rate": g.cross(x["city"], x["hour"]).lookup(made.rates.set_index(["city", "hour"]), default=made.prior),
        **dict(zip(MADE, g.lookup(x["store"], made.stores.set_index("store"), default=list(made.default.values())),
                   strict=True)),
    })
    coded, linear = g.transform(made.coded, features), g.transform(made.linear, features)
    each = (
        g.predict_proba(made.boosted, coded)[:, 1],
        g.predict_proba(made.extreme, coded)[:, 1],
        g.predict_proba(made.logistic, linear)[:, 1],
        g.sigmoid(g.module(made.net, linear)),
    )
    mean = g.mean(*each)
    score = g.cap(g.predict(made.isotonic, mean), CAP, when=ratio > LIMIT)
    outputs = {"score": score, **g.decide(score, at=YES, abstain=(NO, YES))}
    if inside:
        outputs |= {"mean": mean, **{f"score {place}": one for place, one in enumerate(each)}}
    return g.compile(x, **outputs)

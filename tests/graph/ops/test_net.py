import numpy as np
import pytest

from shall.core.errors import FileError
from shall.graph import nets, onnx, written
from shall.graph.compiled import Compiled, compiled
from shall.graph.declared import inputs
from shall.graph.ops import net
from shall.graph.session import Session

EDGES = np.array([0.0, -0.0, 1e-310, -1e-42, 1e-40, 1.0, -1.0, 17.5, -30.0, 90.0, -90.0, 1e15, -1e39, np.inf, -np.inf,
                  np.nan])


def compiled_net(layers, width, **settings):
    x = inputs({f"x{place}": "number" for place in range(width)})
    return compiled(x, {"score": nets.net(layers, x, **settings)})


def both(model: Compiled, rows):
    node = model.graph.nodes[-1]
    return rows, net.run((rows,), node.settings), Session(model.onnx)({"numbers": rows})["score"]


def rows_of(width, rows=200, seed=0):
    random = np.random.default_rng(seed)
    made = random.normal(size=(rows, width)) * 3
    for place, edge in enumerate(EDGES):
        made[place, random.integers(width)] = edge
    made[len(EDGES):2 * len(EDGES)] = EDGES[:, None]
    return made


def close(rows, expected, found, tolerance=2e-6):
    size = np.maximum(1, np.where(np.isfinite(rows), np.abs(rows), 0).max(axis=1, keepdims=True))
    np.testing.assert_array_equal(np.isnan(expected), np.isnan(found))
    with np.errstate(invalid="ignore"):
        fine = (expected == found) | (np.abs(expected - found) <= tolerance * size)
    assert (fine | np.isnan(expected)).all()


def weights(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape) / np.sqrt(np.prod(shape[:-1]))


FLAT = {
    "relu": nets.relu(), "leaky_relu": nets.leaky_relu(0.2), "elu": nets.elu(0.7), "gelu": nets.gelu(),
    "gelu_tanh": nets.gelu(True), "tanh": nets.hyperbolic(), "sigmoid": nets.logistic(), "softmax": nets.shares(),
    "scale": nets.scaled(weights(8), weights(8, seed=2)), "layer_norm": nets.layer_norm(weights(8), weights(8, seed=2)),
    "residual": nets.residual([nets.dense(weights(8, 8)), nets.relu()]), "flatten": nets.flatten(),
}
IMAGES = {
    "conv": [nets.conv2d(weights(4, 2, 3, 3), weights(4), padding=1)],
    "strides": [nets.conv2d(weights(4, 2, 3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2)), nets.relu()],
    "groups": [nets.conv2d(weights(6, 1, 3, 3), weights(6), groups=2), nets.scaled(weights(6), weights(6))],
    "max_pool": [nets.max_pool(2), nets.relu()],
    "max_pool_padded": [nets.max_pool(3, stride=2, padding=1)],
    "average_pool": [nets.average_pool(3, stride=2, padding=1)],
    "average_pool_inside": [nets.average_pool(3, stride=2, padding=1, padded=False)],
    "global_pool": [nets.global_pool(), nets.flatten(), nets.dense(weights(2, 3))],
}


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize("first", [True, False])
def test_runtime_and_numpy_say_the_same_of_columns(name, first):
    layers = [FLAT[name], nets.dense(weights(8, 3))] if first else [nets.dense(weights(8, 8)), FLAT[name]]
    close(*both(compiled_net(layers, 8), rows_of(8)))


@pytest.mark.parametrize("name", IMAGES)
def test_runtime_and_numpy_say_the_same_of_images(name):
    close(*both(compiled_net(IMAGES[name], 2 * 7 * 6, shape=(2, 7, 6)), rows_of(84)))


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "tanh", "sigmoid", "softmax", "scale", "residual"])
def test_double_nets_stay_double(name):
    model = compiled_net([nets.dense(weights(8, 8)), FLAT[name], nets.dense(weights(8, 2))], 8, dtype="float64")
    close(*both(model, rows_of(8)), tolerance=1e-14)


@pytest.mark.parametrize("layers, shape", [
    ([nets.dense(weights(12, 33)), nets.gelu(), nets.dense(weights(33, 1)), nets.logistic()], (12,)),
    ([nets.conv2d(weights(5, 3, 2, 2)), nets.relu(), nets.flatten(), nets.dense(weights(5, 2))], (3, 2, 2))])
def test_any_split_of_the_rows_gives_the_same_bits(layers, shape):
    model, rows = compiled_net(layers, 12, shape=shape), rows_of(12, 1000)
    session = Session(model.onnx)
    whole = session({"numbers": rows})["score"]
    for size in (1, 7, 64):
        parts = [session({"numbers": rows[place:place + size]})["score"] for place in range(0, 1000, size)]
        np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert session({"numbers": rows[:0]})["score"].shape == net.run((rows[:0],), model.graph.nodes[-1].settings).shape


def test_json_gives_the_same_model():
    model = compiled_net([*IMAGES["groups"], nets.residual([nets.relu()])], 84, shape=(2, 7, 6))
    assert onnx.emitted(written.read(model.json)) == model.onnx


@pytest.mark.parametrize("layers, settings, said", [
    ([nets.dense(weights(7, 3))], {}, "weights for 7 columns"),
    ([{"layer": "lstm"}], {}, "no layer 'lstm'"),
    ([], {}, "no layers"),
    ([nets.dense(np.full((8, 2), np.nan))], {}, "not finite"),
    ([nets.conv2d(weights(4, 1, 3, 3))], {}, "gets a row of shape"),
    ([nets.max_pool(5)], {"shape": (2, 2, 2)}, "leaves nothing"),
    ([nets.relu()], {"shape": (3, 3, 3)}, "gets 8 numbers"),
    ([nets.gelu()], {"dtype": "float64"}, "runs in float32 only"),
    ([nets.residual([nets.dense(weights(8, 2))])], {}, "does not end in the shape"),
    ([nets.layer_norm(weights(3), weights(3))], {}, "is for 3 columns"),
    ([nets.dense(weights(8, 2), weights(3))], {}, "of another length"),
    ([nets.max_pool(2, stride=0)], {"shape": (2, 2, 2)}, "has the stride"),
    ([nets.max_pool(2, padding=2**23)], {"shape": (2, 2, 2)}, "more than"),
    ([{"layer": "rounded", "step": 0.3, "zero": 0}], {}, "power of 2"),
    ([{"layer": "rounded", "step": 0.5, "zero": 256}], {}, "power of 2"),
    ([{**nets.dense(np.ones((8, 2), np.int16)), "scale": np.ones(2, np.float32), "step": 0.5, "zero": 0}], {},
     "whole weights of int16")])
def test_nets_that_do_not_fit_are_told(layers, settings, said):
    with pytest.raises(FileError, match=said):
        compiled_net(layers, 8, **settings)

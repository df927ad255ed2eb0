import numpy as np
import pytest

from shall.graph import nets
from shall.graph.ops import _layers
from shall.methods.compress import _tuning

torch = pytest.importorskip("torch")
RANDOM = np.random.default_rng(0)


def weights(*shape):
    return (RANDOM.normal(size=shape) / 3).astype(np.float32)


FLAT = [nets.dense(weights(6, 4), weights(4)), nets.relu(), nets.leaky_relu(0.2), nets.elu(0.5), nets.gelu(),
        nets.gelu(True), nets.hyperbolic(), nets.logistic(), nets.shares(), nets.scaled(weights(6), weights(6)),
        nets.layer_norm(weights(6), weights(6)), nets.residual([nets.dense(weights(6, 6), weights(6)), nets.relu()])]
IMAGES = [nets.conv2d(weights(4, 1, 3, 2), weights(4), stride=(2, 1), padding=(1, 0, 2, 1), dilation=(1, 2), groups=2),
          nets.scaled(weights(2), weights(2)), nets.max_pool(2, padding=1), nets.average_pool(3, stride=2, padding=1),
          nets.average_pool(3, stride=2, padding=(1, 0, 0, 1), padded=False), nets.global_pool(), nets.flatten()]


@pytest.mark.parametrize("layer, shape", [*((one, (6,)) for one in FLAT), *((one, (2, 7, 6)) for one in IMAGES)])
def test_every_layer_is_learned_as_it_answers(layer, shape):
    values = RANDOM.normal(size=(20, *shape)).astype(np.float32)
    made, = _tuning._tensors(torch, [layer])
    said = _tuning.LAYERS[layer["layer"]](torch, made, torch.tensor(values))
    np.testing.assert_allclose(said.numpy(), _layers.run(layer, values), atol=2e-6)


def test_every_layer_of_a_graph_can_be_learned():
    assert set(_tuning.LAYERS) == set(_layers.SHAPES) - {"rounded"}


def test_a_net_learns_what_another_one_says():
    teacher = (nets.dense(weights(6, 16), weights(16)), nets.relu(), nets.dense(weights(16, 3), weights(3)),
               nets.shares())
    student = (nets.dense(weights(6, 12), weights(12)), nets.relu(), nets.dense(weights(12, 3), weights(3)),
               nets.shares())
    rows = RANDOM.normal(size=(600, 6)).astype(np.float32)

    def said(layers):
        values = rows
        for layer in layers:
            values = _layers.run(layer, values)
        return values

    learned = _tuning.tuned(student, teacher, rows, steps=400, rate=1e-2)
    assert np.abs(said(learned) - said(teacher)).mean() < np.abs(said(student) - said(teacher)).mean() / 4
    again = _tuning.tuned(student, teacher, rows, steps=400, rate=1e-2)
    np.testing.assert_array_equal(said(learned), said(again))

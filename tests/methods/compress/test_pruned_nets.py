import numpy as np
import pytest

from shall.graph import nets
from shall.methods.compress import pruned_nets


def widths(layers):
    return [len(layer["bias"]) for layer in layers if "bias" in layer]


@pytest.mark.parametrize("name, expected", [("columns", [128, 64, 10]), ("images", [8, 16, 32, 10])])
def test_half_of_the_units_for_hardly_an_answer(name, expected, request):
    case = request.getfixturevalue(name)
    found = pruned_nets.pruned(case.graph, case.rows, 0.5, steps=500)
    assert widths(found.nodes[-1].settings["layers"]) == expected
    assert case.size(found) * 1.9 < case.size(case.graph)
    assert case.accuracy(found) > case.accuracy(case.graph) - 0.03 > 0.85


def test_the_same_seed_gives_the_same_net(columns):
    first, second = (pruned_nets.pruned(columns.graph, columns.rows, 0.75, steps=5) for _ in range(2))
    np.testing.assert_array_equal(columns.score(first), columns.score(second))


def test_units_that_say_nothing_go_first_and_nothing_changes():
    random = np.random.default_rng(0)
    weight, out = random.normal(size=(6, 32)), random.normal(size=(32, 3))
    out[::2] = 0
    layers = (nets.dense(weight), nets.relu(), nets.scaled(np.ones(32), np.zeros(32)), nets.dense(out))
    less = pruned_nets.cut(layers, 0.5)
    np.testing.assert_array_equal(less[0]["weight"], weight[:, 1::2])
    np.testing.assert_array_equal(less[3]["weight"], out[1::2])
    assert len(less[2]["scale"]) == 16


def test_what_is_tied_to_its_neighbours_stays():
    random = np.random.default_rng(0)
    dense = [nets.dense(random.normal(size=(16, 16))) for _ in range(2)]
    for between in (nets.layer_norm(np.ones(16), np.zeros(16)), nets.residual([nets.relu()])):
        layers = (dense[0], between, dense[1])
        assert pruned_nets.cut(layers, 0.5) is layers
    grouped = (nets.conv2d(random.normal(size=(16, 1, 3, 3)), groups=2), nets.conv2d(random.normal(size=(4, 16, 1, 1))))
    assert pruned_nets.cut(grouped, 0.5) is grouped

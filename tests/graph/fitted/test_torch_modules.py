import numpy as np
import pytest

from shall.core.errors import InputError
from shall.graph import nets, onnx, written
from shall.graph.compiled import compiled
from shall.graph.declared import inputs
from shall.graph.session import Session

torch = pytest.importorskip("torch")
nn = torch.nn


def learned(*layers, rows=None):
    """A net whose batch norms have seen rows."""
    net = nn.Sequential(*layers)
    if rows is not None:
        net.train()(rows)
    return net.eval()


def converted(net, width, shape=None):
    x = inputs({f"x{place}": "number" for place in range(width)})
    return compiled(x, {"score": nets.module(net, x, shape=shape)})


def nets_of_columns():
    torch.manual_seed(0)
    yield nn.Sequential(nn.Linear(12, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 3), nn.Softmax(1))
    yield nn.Sequential(nn.Linear(12, 9), nn.BatchNorm1d(9), nn.Tanh(), nn.Sequential(nn.Linear(9, 1), nn.Sigmoid()))
    yield nn.Sequential(nn.BatchNorm1d(12), nn.LayerNorm(12), nn.Linear(12, 7, bias=False), nn.GELU(), nn.ELU(0.4))
    yield nn.Sequential(nn.Linear(12, 7), nn.LeakyReLU(0.3), nn.GELU("tanh"), nn.Identity(), nn.Linear(7, 2))
    yield nn.Linear(12, 2)
    yield nn.Sequential(nn.Linear(12, 5), nn.Tanh(), nn.Linear(5, 1)).double()


@pytest.mark.parametrize("net", [*nets_of_columns()])
def test_nets_of_columns_are_equal(net):
    rows = np.random.default_rng(0).normal(size=(300, 12)) * 2
    if not isinstance(net, nn.Linear) and next(net.parameters()).dtype == torch.float32:
        net.train()(torch.tensor(rows, dtype=torch.float32))
    model = converted(net.eval(), 12)
    expected = model.graph.references[0].call(rows)
    tolerance = 1e-13 if next(net.parameters()).dtype == torch.float64 else 2e-6
    np.testing.assert_allclose(Session(model.onnx)({"numbers": rows})["score"], expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("unflattened", [True, False])
def test_nets_of_images_are_equal(unflattened):
    torch.manual_seed(0)
    body = [nn.Conv2d(1, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout2d(),
            nn.Conv2d(6, 8, 3, stride=2, padding=(1, 0), groups=2), nn.AvgPool2d(2, padding=1), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10)]
    rows = np.random.default_rng(0).normal(size=(50, 144))
    net = nn.Sequential(*([nn.Unflatten(1, (1, 12, 12))] if unflattened else []), *body)
    given = torch.tensor(rows, dtype=torch.float32)
    net.train()(given if unflattened else given.reshape(-1, 1, 12, 12))
    model = converted(net.eval(), 144, None if unflattened else (1, 12, 12))
    expected = model.graph.references[0].call(rows)
    np.testing.assert_allclose(Session(model.onnx)({"numbers": rows})["score"], expected, rtol=0, atol=2e-6)
    assert onnx.emitted(written.read(model.json)) == model.onnx


def test_a_missing_number_is_missing_as_in_torch():
    net = learned(nn.Conv2d(1, 2, 1), nn.MaxPool2d(3), nn.Flatten(), nn.Linear(2, 2))
    rows = np.zeros((3, 9))
    rows[1, 4] = np.nan
    model = converted(net, 9, (1, 3, 3))
    found = Session(model.onnx)({"numbers": rows})["score"]
    np.testing.assert_array_equal(np.isnan(found), np.isnan(model.graph.references[0].call(rows)))


class Own(nn.Module):
    def forward(self, x):
        return x * 2


class Derived(nn.Sequential):
    def forward(self, x):
        return super().forward(x) + 1


def hooked():
    layer = nn.ReLU()
    layer.register_forward_hook(lambda module, given, said: said + 1)
    return layer


@pytest.mark.parametrize("net, said", [
    (lambda: nn.Sequential(nn.Linear(4, 4), Own()), r"layer 1 \(Own\).*code of its own"),
    (lambda: Derived(nn.Linear(4, 4)), "code of its own"),
    (lambda: nn.Sequential(nn.Linear(4, 4), hooked()), r"layer 1 \(ReLU\).*hooks"),
    (lambda: nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.Mish())), r"layer 1.0 \(Mish\).*known are"),
    (lambda: nn.Sequential(nn.Linear(4, 4), nn.Dropout()).train(), "eval"),
    (lambda: nn.Sequential(nn.Linear(4, 4)).half(), "float16"),
    (lambda: nn.utils.parametrizations.weight_norm(nn.Linear(4, 4)), "code of its own"),
    (lambda: nn.Sequential(nn.Linear(4, 4), nn.Softmax(0)), "dimension 0"),
    (lambda: nn.Sequential(nn.Conv2d(1, 1, 2, padding="same")), "padding"),
    (lambda: nn.Sequential(nn.Conv2d(1, 1, 2), nn.MaxPool2d(2, ceil_mode=True)), "ceil_mode"),
    (lambda: nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4, track_running_stats=False)).eval(), "keeps no mean"),
    (lambda: nn.Sequential(nn.ReLU()), "no weights"),
    (lambda: nn.Sequential(nn.LSTM(4, 4)), "LSTM")])
def test_what_cannot_be_said_is_refused(net, said):
    made = net()
    with pytest.raises(InputError, match=said):
        converted(made if made.training and "Dropout" in repr(made) else made.eval(), 4)

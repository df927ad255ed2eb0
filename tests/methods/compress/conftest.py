import numpy as np
import pytest
from sklearn.datasets import load_digits

from shall import graph as g
from shall.graph.compiled import Compiled
from shall.graph.session import Session
from shall.methods.compress._parts import Rows

torch = pytest.importorskip("torch")
nn = torch.nn


def fitted(net, X, y, epochs, shape):
    torch.manual_seed(0)
    rows, labels = torch.tensor(X, dtype=torch.float32).reshape(-1, *shape), torch.tensor(y)
    adam = torch.optim.Adam(net.parameters(), 2e-3)
    for _ in range(epochs):
        for some in torch.randperm(len(rows)).split(64):
            adam.zero_grad()
            nn.functional.cross_entropy(net(rows[some]), labels[some]).backward()
            adam.step()
    return net.eval()


class Case:
    """A net that learned scikit-learn's digits, in a graph, and the rows that it is judged on."""

    def __init__(self, net, shape, epochs):
        X, y = load_digits(return_X_y=True)
        X = X / 16
        self.rows, self.test, self.label = Rows({"numbers": X[:1200]}), X[1200:], y[1200:]
        torch.set_num_threads(1)
        x = g.inputs({f"x{place}": "number" for place in range(64)})
        fitted(net, X[:1200], y[:1200], epochs, shape)
        self.graph = g.compile(x, score=g.module(net, x, shape=shape)).graph

    def score(self, graph, rows=None):
        return Session(Compiled(graph).onnx)({"numbers": self.test if rows is None else rows})["score"]

    def accuracy(self, graph):
        return float((self.score(graph).argmax(axis=1) == self.label).mean())

    def size(self, graph):
        return len(Compiled(graph).onnx)


@pytest.fixture(scope="session")
def columns():
    torch.manual_seed(0)
    return Case(nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 128), nn.GELU(), nn.Linear(128, 10),
                              nn.Softmax(1)), (64,), 12)


@pytest.fixture(scope="session")
def images():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
                        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(32 * 16, 64), nn.ReLU(),
                        nn.Linear(64, 10))
    return Case(net, (1, 8, 8), 8)


@pytest.fixture
def edges():
    made = np.random.default_rng(0).random((64, 64))
    made[0, 3], made[1, 5], made[2, 7] = np.nan, np.inf, -np.inf
    made[3], made[4], made[5, 9] = 1e30, -1e30, 1e-310
    return made

"""The neural network: it answers without PyTorch, and leaves PyTorch's own state as it was."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from shall.methods.learn import mlp
from tests.methods.learn.conftest import Split

WITHOUT_TORCH = """
import sys, json
sys.modules["torch"] = None
import numpy as np
from shall.methods.learn import mlp
content, X = sys.stdin.buffer.read().split(b"\\n")
if content:
    print(json.dumps(mlp.load(content).probabilities(np.array(json.loads(X))).tolist()))
try:
    mlp.fit(np.ones((2, 1)), np.array([0, 1]), (0,))
except Exception as error:
    print(f"{type(error).__name__}: {error}")
"""


def asked_without_torch(given: bytes) -> list[str]:
    ran = subprocess.run([sys.executable, "-c", WITHOUT_TORCH], check=True, capture_output=True, input=given)
    return ran.stdout.decode().splitlines()


def test_without_pytorch_it_says_what_to_install() -> None:
    assert asked_without_torch(b"\n[]") == ["MissingExtra: the neural network needs torch: pip install 'shall[torch]'"]


def test_a_saved_network_answers_without_pytorch(cancer: Split) -> None:
    pytest.importorskip("torch")
    learned = mlp.fit(cancer.X, cancer.y, cancer.sizes)
    answers, _ = asked_without_torch(learned.content() + b"\n" + json.dumps(cancer.new.tolist()).encode())
    np.testing.assert_allclose(json.loads(answers), learned.probabilities(cancer.new), rtol=1e-12)


def test_it_leaves_pytorch_as_it_was(cancer: Split) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(5)
    before = torch.rand(3)
    torch.manual_seed(5)
    one = mlp.fit(cancer.X, cancer.y, cancer.sizes, settings={"epochs": 4})
    np.testing.assert_array_equal(torch.rand(3).numpy(), before.numpy())
    assert one.content() == mlp.fit(cancer.X, cancer.y, cancer.sizes, settings={"epochs": 4}).content()
    assert one.content() != mlp.fit(cancer.X, cancer.y, cancer.sizes, seed=1, settings={"epochs": 4}).content()


def test_its_size_is_as_it_was_asked(cancer: Split) -> None:
    pytest.importorskip("torch")
    learned = mlp.fit(cancer.X, cancer.y, cancer.sizes, settings={"width": 9, "layers": 3, "epochs": 4})
    assert [weights.shape for weights, _ in learned.layers] == [(9, 30), (9, 9), (9, 9), (1, 9)]

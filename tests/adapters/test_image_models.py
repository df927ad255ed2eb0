"""Models of images: functions, estimators, nets and files, all asked alike."""

from __future__ import annotations

import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from shall.adapters.image_models import image_model
from shall.core.errors import DataError

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 8), dtype=np.uint8)


def net(path, shape=("n", 1, 8, 8), name="Conv"):
    """A convolution of 8 x 8 pixels to 3 classes, without a softmax."""
    weight = np.random.default_rng(1).normal(size=(3, 1, 8, 8)).astype(np.float32)
    nodes = [helper.make_node("Reshape", ["x", "first"], ["image"]),
             helper.make_node(name, ["image", "w"], ["y"]), helper.make_node("Flatten", ["y"], ["out"])]
    graph = helper.make_graph(nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("out", TensorProto.FLOAT, ("n", 3))],
                              [numpy_helper.from_array(weight, "w"),
                               numpy_helper.from_array(np.array([-1, 1, 8, 8]), "first")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return weight


@pytest.mark.parametrize("shape", [("n", 1, 8, 8), ("n", 8, 8), ("n", 64), ("n", 8, 8, 1)])
def test_a_file_is_asked_in_the_shape_that_it_takes(tmp_path, shape):
    weight = net(tmp_path / "net.onnx", shape)
    chance, decided, classes = image_model(tmp_path / "net.onnx").answer(IMAGES)
    raw = IMAGES.reshape(6, 64) / np.float32(255) @ weight.reshape(3, 64).T
    wanted = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(chance, wanted, atol=1e-5)
    assert (decided == wanted.argmax(axis=1)).all() and classes == (0, 1, 2)
    assert len(image_model(tmp_path / "net.onnx").digest) == 64


def test_a_file_of_unknown_operators_is_not_run(tmp_path):
    net(tmp_path / "net.onnx", name="Loop")
    with pytest.raises(DataError, match="the operator Loop, which is not allowed"):
        image_model(tmp_path / "net.onnx")
    with pytest.raises(DataError, match="cannot be read"):
        image_model(tmp_path / "other.onnx")


def test_an_estimator_sees_flat_pixels_as_they_are():
    X, y = load_digits(return_X_y=True)
    fitted = LogisticRegression(max_iter=500, tol=0.1).fit(X, y)
    images = X.reshape(-1, 8, 8)
    chance, decided, classes = image_model(fitted).answer(images)
    np.testing.assert_allclose(chance, fitted.predict_proba(X))
    assert (decided == fitted.predict(X)).all() and classes == tuple(range(10))
    chance, decided, classes = image_model(LinearSVC().fit(X[:200], y[:200])).answer(images[:5])
    assert chance is None and classes == tuple(range(10))


def test_a_function_of_one_probability_has_two_classes():
    def bright(images):
        return images.reshape(len(images), -1).mean(axis=1) / 255

    model = image_model(bright, ["dark", "bright"])
    chance, decided, _ = model.answer(IMAGES)
    assert model.name == "bright" and chance.shape == (6, 2)
    assert (decided == np.where(bright(IMAGES) > 0.5, "bright", "dark")).all()


def test_a_net_of_torch_gets_channels_first_and_a_softmax():
    torch = pytest.importorskip("torch")
    made = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 8), torch.nn.Flatten())
    images = np.random.default_rng(0).random((5, 8, 8, 3)).astype(np.float32)
    with pytest.raises(DataError, match=r"call its eval\(\) first"):
        image_model(made).answer(images)
    chance, _, _ = image_model(made.eval()).answer(images)
    wanted = torch.softmax(made(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())), 1).detach().numpy()
    np.testing.assert_allclose(chance, wanted, atol=1e-6)
    assert "torchvision" not in sys.modules


@pytest.mark.parametrize("answer, told", [
    (lambda images: np.zeros((2, 2)), "answers 6 images with"),
    (lambda images: np.full((6, 2), 3.0), "no probabilities"),
    (lambda images: np.full((6, 2), np.nan), "no probabilities"),
    (lambda images: images @ np.zeros(3), "cannot be asked"),
    (lambda images: np.zeros((6, 4)), "answers with 4 classes, and there are 2")])
def test_a_wrong_answer_is_told(answer, told):
    with pytest.raises(DataError, match=told):
        image_model(answer, ["a", "b"]).answer(IMAGES)


def test_what_is_no_model_is_told():
    with pytest.raises(DataError, match="is no model of images"):
        image_model(3)

"""Models of images: a function, a fitted estimator on flat pixels, a net of torch, an ONNX file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.adapters.files import first_line
from shall.adapters.onnx import OPERATORS, opened
from shall.core.errors import DataError

Images = NDArray[Any]
Answers = NDArray[Any]
# What nets of images are made of, besides what models of tables are.
OF_IMAGES: Final = """
    AveragePool Conv ConvInteger ConvTranspose DepthToSpace DequantizeLinear DynamicQuantizeLinear GlobalAveragePool
    GlobalMaxPool GroupNormalization InstanceNormalization LRN MatMulInteger MaxPool QLinearConv QLinearMatMul
    QuantizeLinear Resize SpaceToDepth
"""


@dataclass(frozen=True)
class ImageModel:
    """What is asked with images: ``ask`` gives probabilities, float[n, k], or classes, [n], where it has none."""

    name: str
    ask: Callable[[Images], Answers]
    classes: tuple[Any, ...] = ()           # of the columns; none: 0 to k - 1
    digest: str = ""

    def answer(self, images: Images) -> tuple[Answers | None, Answers, tuple[Any, ...]]:
        """Probabilities float64[n, k], where there are some; what is decided, [n]; and the classes.

        Raises DataError where the answer is not of a row an image, or holds what is no probability.
        """
        try:
            said = np.asarray(self.ask(images))
        except (ValueError, TypeError, RuntimeError) as error:
            raise DataError(f"{self.name} cannot be asked with images of {list(images.shape[1:])}, {images.dtype}: "
                            f"{first_line(error)}") from error
        if said.ndim not in (1, 2) or len(said) != len(images):
            raise DataError(f"{self.name} answers {len(images)} images with {list(said.shape)}: give probabilities, "
                            "[n, classes], or one of the positive class, [n], or decided classes, [n]")
        if said.ndim == 1 and said.dtype.kind != "f":
            return None, said, self.classes
        chance = said.astype(np.float64)
        if chance.ndim == 1 or chance.shape[1] == 1:
            chance = np.column_stack([1 - chance.reshape(-1), chance.reshape(-1)])
        if not (np.isfinite(chance).all() and chance.min(initial=0) >= -1e-6 and chance.max(initial=0) <= 1 + 1e-6):
            raise DataError(f"{self.name} answers with what are no probabilities: lay a softmax (of one "
                            "number, a sigmoid) over its last layer")
        classes = self.classes or tuple(range(chance.shape[1]))
        if len(classes) != chance.shape[1]:
            raise DataError(f"{self.name} answers with {chance.shape[1]} classes, and there are {len(classes)}")
        return chance.clip(0, 1), np.asarray(classes)[chance.argmax(axis=1)], classes


def image_model(model: Any, classes: Sequence[Any] | None = None) -> ImageModel:
    """What can be asked with images; DataError where it is nothing that can.

    Args:
        model: a function from images, as they are given to it, to probabilities; a fitted estimator of scikit-learn
            (each image a row of its pixels, as they are given); a module of torch (float32[n, c, h, w] in 0…1, its
            softmax is laid on where its answers are no probabilities); the path of an .onnx file (in the shape of its
            input).
        classes: of its answers, in their order.
    """
    named = tuple(classes or ())
    if isinstance(model, str | Path):
        return _of_onnx(Path(model), named)
    name = type(model).__name__
    if hasattr(model, "predict_proba") or hasattr(model, "predict"):
        ask = model.predict_proba if hasattr(model, "predict_proba") else model.predict
        known = named or tuple(np.asarray(getattr(model, "classes_", ())).tolist())
        return ImageModel(name, lambda images: ask(images.reshape(len(images), -1)), known)
    if hasattr(model, "state_dict") and callable(model):
        return ImageModel(name, lambda images: _of_torch(model, images), named)
    if not callable(model):
        raise DataError(f"{name} is no model of images: give a function, a fitted estimator, a module of torch or the "
                        "path of an .onnx file")
    return ImageModel(getattr(model, "__name__", name), model, named)


def _of_torch(net: Any, images: Images) -> Answers:
    import torch

    if net.training:
        raise RuntimeError("the net is in training: call its eval() first")
    device = next((one.device for one in net.parameters()), torch.device("cpu"))
    with torch.inference_mode():
        said = net(torch.from_numpy(_first(_floats(images))).to(device)).cpu().numpy()
    return _probable(said)


def _of_onnx(path: Path, classes: tuple[Any, ...]) -> ImageModel:
    session, digest, known = opened(path, OPERATORS | {*OF_IMAGES.split()})
    node = session.get_inputs()[0]
    if len(session.get_inputs()) != 1 or node.type not in ("tensor(float)", "tensor(uint8)"):
        raise DataError(f"{path} takes no images: one input of float or uint8 is wanted")

    def ask(images: Images) -> Answers:
        given = _floats(images) if node.type == "tensor(float)" else _bytes(images)
        outputs = session.run(None, {node.name: _shaped(given, node.shape)})
        found = next((one for one in outputs if isinstance(one, np.ndarray) and one.dtype.kind == "f"), None)
        return outputs[0] if found is None else _probable(found.reshape(len(images), -1))

    return ImageModel(path.name, ask, classes or known, digest)


def _floats(images: Images) -> NDArray[np.float32]:
    return images.astype(np.float32) / np.float32(255 if images.dtype == np.uint8 else 1)


def _bytes(images: Images) -> NDArray[np.uint8]:
    return images if images.dtype == np.uint8 else np.rint(images * 255).astype(np.uint8)


def _first(images: Images) -> Images:
    """[n, c, h, w]."""
    return images[:, None] if images.ndim == 3 else np.ascontiguousarray(np.moveaxis(images, -1, 1))


def _shaped(images: Images, shape: Sequence[Any]) -> Images:
    """As a model takes them: flat, [n, h, w], channels first, or channels last."""
    if len(shape) == 2:
        return images.reshape(len(images), -1)
    channels = images.shape[-1] if images.ndim == 4 else 1
    if len(shape) == 3:
        return images.reshape(images.shape[:3])
    return images.reshape(*images.shape[:3], channels) if shape[-1] == channels != shape[1] else _first(images)


def _probable(said: Answers) -> Answers:
    """The softmax of each row that holds no probabilities; one number a row has to be one."""
    values = said.reshape(len(said), -1).astype(np.float64)
    if values.shape[1] == 1:
        return values
    given = (values >= 0).all(axis=1) & (np.abs(values.sum(axis=1) - 1) < 1e-3)
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.where(given[:, None], values, powers / powers.sum(axis=1, keepdims=True))

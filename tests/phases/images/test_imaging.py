"""The table of what was said of changed images."""

from __future__ import annotations

import numpy as np
import pytest

from shall.adapters.image_models import image_model
from shall.core.errors import DataError
from shall.phases.images.designs import pieces, scales
from shall.phases.images.imaging import subject_of, table

IMAGES = np.random.default_rng(0).random((40, 8, 8)).astype(np.float32)
LABELS = np.arange(40) % 2


def bright(images):
    return images.mean(axis=(1, 2))


def rows(design, changes, count=None, seed=0):
    return [*pieces(design, scales(changes, 2), 40, count, seed)]


def test_the_table_says_what_was_done_and_said():
    subject = subject_of(image_model(bright), IMAGES, LABELS, {"writer": ["a", "b"] * 20})
    piece = rows("spread", {"rotation": (-10, 10), "noise": (0, 0.2)}, 30)[0]
    found = table(subject, piece, ["rotation", "noise"])
    assert found.column_names == ["image", "score", "decision", "label", "unchanged", "change", "rotation", "noise",
                                  "light", "spread", "sharpness", "stroke_width", "slant", "writer"]
    image = found.column("image").to_numpy()
    assert (image == piece.index).all() and (found.column("label").to_numpy() == LABELS[image]).all()
    assert (found.column("rotation").to_numpy() == piece.strengths["rotation"]).all()
    assert found.column("writer").to_pylist() == ["ab"[number % 2] for number in image]
    before = (bright(IMAGES) >= 0.5)[image]
    assert ((found.column("decision").to_numpy() == before) == found.column("unchanged").to_numpy()).all()
    assert {*found.column("change").to_pylist()} == {"rotation+noise"}
    plain = table(subject, rows("each", ["blur"])[0], ["blur"])
    assert {*plain.column("change").to_pylist()} == {"none"} and min(plain.column("unchanged").to_pylist()) == 1


def test_batches_do_not_matter(monkeypatch):
    subject = subject_of(image_model(bright), IMAGES, LABELS)
    piece = rows("spread", {"noise": (0, 0.2), "occlusion": (0, 0.5), "yaw": (-20, 20)}, 40)[0]
    whole = table(subject, piece, [*piece.strengths])
    monkeypatch.setattr("shall.phases.images.imaging.PIXELS", 7 * 64)
    again = table(subject, piece, [*piece.strengths])
    np.testing.assert_allclose(again.column("score"), whole.column("score"), atol=1e-6)


@pytest.mark.parametrize("given, told", [
    ({"labels": [1]}, "labels has 1 values"), ({"columns": {"writer": [1]}}, "writer has 1 values"),
    ({"columns": {"blur": LABELS}}, "two columns would be called blur"),
    ({"labels": LABELS + 5}, "y has the class")])
def test_wrong_columns_are_told(given, told):
    with pytest.raises(DataError, match=told):
        table(subject_of(image_model(bright), IMAGES, **given), rows("each", ["blur"])[0], ["blur"])


def test_an_unknown_class_and_no_images_are_told():
    with pytest.raises(DataError, match="there are no images"):
        subject_of(image_model(bright), IMAGES[:0])
    with pytest.raises(DataError, match="of different sizes"):
        subject_of(image_model(bright), [IMAGES[0], IMAGES[0, 1:]])
    with pytest.raises(DataError, match="fill is 255"):
        subject_of(image_model(bright), IMAGES, fill=255)
    odd = subject_of(image_model(lambda images: np.full(len(images), 7)), IMAGES, LABELS)
    with pytest.raises(DataError, match="decides for 7, which is none"):
        table(odd, rows("each", ["blur"])[0], ["blur"])
    with pytest.raises(DataError, match="say which there are"):
        table(subject_of(odd.model, IMAGES), rows("each", ["blur"])[0], ["blur"])

"""Images from files: arrays of numpy, tables of pixels, tables of lists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters.image_sets import image_set
from shall.core.errors import DataError, InputError

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (5, 4, 4)).astype(np.uint8)
COLOUR = RNG.random((5, 3, 4, 3))
LABELS = np.array([0, 1, 1, 0, 2])
FLAT = {f"p{place:02d}": GREY.reshape(5, -1)[:, place] for place in range(16)}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("grey.npy", GREY)
    np.save("labels.npy", LABELS)
    np.savez("both.npz", images=GREY, labels=LABELS, writer=np.array([*"abcab"]))
    np.savez("one.npz", pictures=COLOUR, y=LABELS)
    np.savez("two.npz", a=COLOUR, b=COLOUR)
    pq.write_table(pa.table({"label": LABELS, "writer": [*"abcab"], **FLAT}), "flat.parquet")
    pq.write_table(pa.table({"image": GREY.tolist(), "digit": LABELS}), "lists.parquet")
    tensors = pa.FixedShapeTensorArray.from_numpy_ndarray(np.ascontiguousarray(COLOUR))
    pq.write_table(pa.table({"image": tensors, "label": [*"xyzxy"]}), "tensors.parquet")


def test_arrays_of_numpy():
    found = image_set("grey.npy", labels="labels.npy")
    assert np.array_equal(found.images, GREY) and np.array_equal(found.labels, LABELS)
    assert repr(found) == "ImageSet('grey.npy': 5 of [4, 4], with labels)"
    found = image_set("both.npz", keep=["writer"])
    assert np.array_equal(found.images, GREY) and found.columns["writer"].tolist() == [*"abcab"]
    found = image_set("one.npz")
    assert np.array_equal(found.images, COLOUR) and found.labels.tolist() == LABELS.tolist()
    assert image_set("grey.npy").labels is None


def test_tables():
    found = image_set("flat.parquet", keep=["writer"])
    assert np.array_equal(found.images, GREY) and found.images.dtype == np.uint8
    assert found.labels.tolist() == LABELS.tolist() and found.columns["writer"].tolist() == [*"abcab"]
    assert image_set("flat.parquet", shape=(2, 8)).images.shape == (5, 2, 8)
    assert image_set("flat.parquet", label="label", keep=["label"]).columns["label"].tolist() == LABELS.tolist()
    found = image_set("lists.parquet", label="digit")
    assert np.array_equal(found.images, GREY) and found.labels.tolist() == LABELS.tolist()
    found = image_set("tensors.parquet")
    assert np.array_equal(found.images, COLOUR) and found.labels.tolist() == [*"xyzxy"]


def test_a_table_in_text_has_whole_numbers():
    names = ",".join(FLAT)
    rows = "\n".join(",".join(map(str, row.ravel())) for row in GREY)
    Path("grey.csv").write_text(f"{names}\n{rows}\n")
    found = image_set("grey.csv")
    assert np.array_equal(found.images, GREY) and found.images.dtype == np.uint8 and found.labels is None


def test_what_is_no_set_of_images_is_refused():
    np.save("texts.npy", np.array([["a"]]))
    np.save("large.npy", np.full((2, 2, 2), 300))
    np.save("five.npy", np.zeros((2, 5)))
    np.save("line.npy", np.zeros(3))
    np.save("deep.npy", np.zeros((1, 2, 2, 2, 2)))
    np.save("objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    Path("broken.npz").write_bytes(b"PK\x03\x04 nothing")
    Path("empty.npy").touch()
    pq.write_table(pa.table({"image": [[1, 2], [1]]}), "ragged.parquet")
    pq.write_table(pa.table({"a": [1, None], "b": [2, 3]}), "gaps.parquet")
    pq.write_table(pa.table({"t": ["a"]}), "text.parquet")
    for place, said in (("two.npz", "call the images `images`"), ("texts.npy", "which are no images"),
                        ("large.npy", "outside of 0 to 255"), ("five.npy", "is no square"), ("line.npy", "no images"),
                        ("deep.npy", "no images"), ("objects.npy", "cannot be read"), ("broken.npz", "cannot be read"),
                        ("empty.npy", "cannot be read"), ("nowhere.npy", "cannot be read"),
                        ("ragged.parquet", "as many pixels"), ("gaps.parquet", "column a has missing values"),
                        ("text.parquet", "has no pixels")):
        with pytest.raises(DataError, match=said):
            image_set(place)


def test_what_is_named_has_to_be_there():
    with pytest.raises(DataError, match="no array who; there are images, labels, writer"):
        image_set("both.npz", keep=["who"])
    with pytest.raises(DataError, match="no column who"):
        image_set("flat.parquet", keep=["who"])
    with pytest.raises(DataError, match="has no labels digit"):
        image_set("flat.parquet", label="digit")
    with pytest.raises(InputError, match="labels are both in"):
        image_set("both.npz", labels="labels.npy")
    with pytest.raises(DataError, match="a label an image"):
        image_set("grey.npy", labels="grey.npy")
    with pytest.raises(DataError, match="is not 3 x 3"):
        image_set("flat.parquet", shape=(3, 3))

"""Real digits, turned and blurred: the log, requirements on it, limits and regions."""

from __future__ import annotations

import base64
import struct
import warnings
import zlib
from xml.etree import ElementTree

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sklearn.neural_network import MLPClassifier

import shall
from examples.fetch import fetch
from shall.adapters import open_log
from shall.core.errors import DataError, InputError
from shall.probes.image_changes import changed
from shall.probes.image_traits import bands, traits

CHANGES = {"rotation": (-40, 40), "blur": (0, 3)}


@pytest.fixture(scope="module")
def digits():
    table = pq.read_table(fetch("mnist") / "digits.parquet")
    pixels = np.stack([table.column(f"p{place:03d}").to_numpy() for place in range(784)], axis=1)
    order = np.random.default_rng(0).permutation(len(pixels))
    return (pixels / np.float32(255)).reshape(-1, 28, 28)[order], table.column("label").to_numpy()[order]


@pytest.fixture(scope="module")
def model(digits):
    images, labels = digits
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MLPClassifier((48,), max_iter=15, learning_rate_init=0.002, random_state=0).fit(
            images[:3000].reshape(3000, -1), labels[:3000])


@pytest.fixture(scope="module")
def unseen(digits):
    return digits[0][3000:4000], digits[1][3000:4000]


@pytest.fixture(scope="module")
def log(model, unseen):
    return shall.image_tests(model, *unseen, changes=CHANGES, steps=4,
                             groups={"digit": unseen[1].astype(str), "width": bands(traits(unseen[0])["stroke_width"])})


def right(model, images, labels):
    return (model.predict(images.reshape(len(images), -1)) == labels).mean()


def file(**requirements):
    return {"subject": {"target": "label", "classes": [*"0123456789"]}, "columns": {"unit": "image"},
            "groups": {"digit": "digit", "width": "width"} if "digits" in requirements else {},
            "requirements": requirements}


def test_the_log_says_what_the_model_says(model, unseen, log):
    images, labels = unseen
    assert log.rows == 1000 * (1 + 8 + 4)
    for change, strength in (("rotation", -20.0), ("blur", 1.5)):
        rows = log.table.filter(pc.equal(log.table.column(change), strength))
        found = pc.equal(rows.column("decision"), rows.column("label")).to_numpy().mean()
        assert found == right(model, changed(images, {change: strength}), labels)


def test_the_log_is_checked_like_any_other(model, unseen, log):
    report = shall.check(file(
        upright="accuracy >= 0.80 where rotation >= -10 and rotation <= 10 and blur = 0",
        turned="accuracy >= 0.80 where rotation >= 30 or rotation <= -30",
        same="share(unchanged = 1) >= 0.9 where blur <= 0.75 and rotation = 0",
        digits="accuracy over digit by width >= 0.2 where rotation = 0"), log, record=False)
    verdicts = {verdict.requirement.name: verdict for verdict in report.verdicts}
    assert {name: str(one.verdict) for name, one in verdicts.items() if name != "digits"} == {
        "upright": "met", "turned": "broken", "same": "met"}
    turned = [right(model, changed(unseen[0], {"rotation": value}), unseen[1]) for value in (-40, -30, 30, 40)]
    assert verdicts["turned"].deciding.value == pytest.approx(np.mean(turned))


def test_rows_of_one_image_do_not_count_as_many(log):
    """Of a unit, bounds are wider than those of as many independent rows."""
    line = {"one": "accuracy >= 0.5 where change = 'rotation'"}
    wide = shall.check(file(**line), log, record=False).verdicts[0].deciding
    narrow = shall.check(file(**line) | {"columns": {}}, log, record=False).verdicts[0].deciding
    assert wide.value == narrow.value and wide.high - wide.low > 1.3 * (narrow.high - narrow.low)


def test_a_folder_is_gone_on_with(model, unseen, log, tmp_path):
    said = []

    def halt(images):
        said.append(len(images))
        if sum(said) > 3500:
            raise KeyboardInterrupt
        return model.predict_proba(images.reshape(len(images), -1))

    again = dict(changes=CHANGES, steps=4, out=tmp_path / "tests")
    with pytest.raises(KeyboardInterrupt):
        shall.image_tests(halt, *unseen, **again)
    done = len([*(tmp_path / "tests").glob("*.parquet")])
    assert 0 < done < 13 and not [*(tmp_path / "tests").glob("*.tmp")]
    said.clear()
    asked = []

    def count(images):
        asked.append(len(images))
        return model.predict_proba(images.reshape(len(images), -1))

    count.__name__ = "halt"
    found = shall.image_tests(count, *unseen, **again, progress=lambda what, rows: said.append(rows))
    assert sum(said) == 13_000 and sum(asked) == 1000 * (13 - done + 1)
    table = open_log(tmp_path / "tests")
    assert sum(batch.num_rows for batch in table.batches(["image"])) == 13_000
    wanted = log.table.select(["decision", "rotation", "blur"])
    assert next(iter(found.batches(["decision"]))).num_rows
    parts = [pq.read_table(path, columns=wanted.column_names) for path in sorted((tmp_path / "tests").iterdir())[1:]]
    for number, part in enumerate(parts):
        assert part.equals(wanted.slice(1000 * number, 1000))
    with pytest.raises(InputError, match="holds something else"):
        shall.image_tests(count, *unseen, **(again | {"steps": 5}))


def test_limits_are_where_the_whole_grid_has_them(model, unseen):
    ranges = {"rotation": (0, 40), "blur": (0, 3)}
    found = shall.image_limits(model, *unseen, "accuracy >= 80%", changes=ranges, steps=16)
    for reach in found.reaches:
        scale = np.linspace(0, reach.toward, 17)
        seen = np.array([right(model, changed(unseen[0], {reach.change: value}), unseen[1]) for value in scale])
        assert 0 < reach.met_up_to <= scale[seen >= 0.8].max() < reach.broken_from
        assert reach.broken_from - reach.met_up_to <= 4 * scale[1]
    assert found.calls <= 2 * 10 * 1000 < 2 * 16 * 1000
    assert "rotation: met at rotation <= " in str(found) and "broken at blur >= " in str(found)


def test_regions_become_requirements_that_hold(model, digits, tmp_path):
    """Told on some images, checked on others."""
    images, labels = digits
    found = shall.image_regions(model, images[3000:4000], labels[3000:4000], "accuracy >= 0.75", changes=CHANGES)
    lines = found.lines()
    assert "as_changed" in lines and "fails_1" in lines and found.calls < 500 * 17 * 9 / 2
    log = shall.image_tests(model, images[4000:], labels[4000:], changes=CHANGES, design="spread", rows=6000, seed=1)
    report = shall.check(file(**lines), log, record=False)
    within, *others = report.verdicts
    assert within.name == "as_changed" and str(within.verdict) == "met"
    values = [one.deciding.value for one in others if one.deciding.n]   # at the very end of a range no row is drawn
    assert "broken" in {str(one.verdict) for one in others} and max(values) < 0.75
    assert str(found).splitlines()[1].startswith("  met: rotation >= -")
    path = tmp_path / "shall.toml"
    path.write_text('shall = 1\n\n[subject]\ntarget = "label"\nclasses = ["0", "1", "2"]   # some\n')
    assert found.write(path, "as_changed") == (f'as_changed = "{lines["as_changed"]}"',)
    assert "# some" in path.read_text() and str(shall.load(path).requirements[0]) == lines["as_changed"]
    assert len(found.write(path)) == len(lines)
    with pytest.raises(InputError, match="there is no line other"):
        found.write(path, "other")


@pytest.mark.parametrize("requirement", ["accuracy over digit >= 0.9", "roc_auc >= 0.9", "accuracy <= 0.9",
                                         "accuracy >= 0.9 where blur <= 1", "share(unchanged = 0) >= 0.9",
                                         "accuracy between 0.5 and 0.9", "accuracy >= previous"])
def test_other_requirements_cannot_be_searched_for(model, unseen, requirement):
    with pytest.raises(InputError, match=r"shall.image_tests"):
        shall.image_limits(model, *unseen, requirement, changes=CHANGES)


def test_unchanged_needs_no_labels_and_accuracy_does(model, unseen):
    found = shall.image_limits(model, unseen[0], None, "share(unchanged = 1) >= 0.9", changes={"noise": [0.05, 0.5]})
    assert found.reaches[0].filter() == "noise <= 0.05"
    with pytest.raises(DataError, match="accuracy needs labels"):
        shall.image_limits(model, unseen[0], None, "accuracy >= 0.9", changes=CHANGES)
    with pytest.raises(DataError, match="none is known"):
        shall.image_limits(model, unseen[0], [None] * 1000, "accuracy >= 0.9", changes=CHANGES)
    with pytest.raises(DataError, match="name the classes"):
        shall.image_limits(model, unseen[0], unseen[1].astype(str), "accuracy >= 0.9", changes=CHANGES)
    with pytest.raises(InputError, match="at most three"):
        shall.image_regions(model, *unseen, "accuracy >= 0.9", changes=["blur", "haze", "yaw", "noise"])


def test_a_picture_shows_what_was_asked_and_how_it_looks(model, unseen, tmp_path):
    found = shall.image_limits(model, *unseen, "accuracy >= 0.8", changes=CHANGES, steps=8)
    path = found.write(tmp_path / "limits.svg", unseen[0][0])
    root = ElementTree.fromstring(path.read_text())
    drawn = [element.tag.rsplit("}")[-1] for element in root.iter()]
    assert drawn.count("circle") == 1 + sum(len(reach.tests) for reach in found.reaches), "one is of the legend"
    images = [element.get("href") for element in root.iter() if element.tag.endswith("image")]
    assert len(images) == sum(len({0.0, one.met_up_to, one.broken_from} - {np.inf}) for one in found.reaches) >= 7
    content = base64.b64decode(images[0].removeprefix("data:image/png;base64,"))
    size, lines = struct.unpack(">II", content[16:24]), zlib.decompress(content[content.index(b"IDAT") + 4:-16])
    pixels = np.frombuffer(lines, dtype=np.uint8).reshape(28, 29)[:, 1:]
    assert size == (28, 28) and (pixels == np.rint(unseen[0][0] * 255)).all()
    assert "accuracy &gt;= 0.8" in found.write(tmp_path / "plain.svg").read_text()
    with pytest.raises(InputError, match=r"a picture is an \.svg"):
        found.write(tmp_path / "limits.png")
    with pytest.raises(InputError, match="cannot be written"):
        found.write(tmp_path / "no" / "limits.svg")

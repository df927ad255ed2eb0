"""`shall images`: a model asked with changed images: a log of it, how far they may go, and where it fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import click

from shall import api
from shall.cli._commands import Commands
from shall.cli._out import say, tell_written
from shall.cli._progress import Progress
from shall.core.errors import InputError
from shall.reports import json

EXAMPLES = """\b
Examples:
  shall images test net.onnx digits.npz -c rotation=-30:30 -c blur -o log
  shall check --data log               then, with `unit = "image"`
  shall images limits net.onnx digits.npz "accuracy >= 0.90" -c rotation
  shall images regions net.onnx digits.npz "accuracy >= 0.90" -c blur -c yaw

\b
IMAGES is an .npz (images, labels), an .npy, or a table: a pixel a column, or
a column `image` of lists.
"""
CHANGE: Final = """\b
-c NAME, NAME=LOW:HIGH or NAME=A,B,C: rotation, shift_x, shift_y, zoom, shear,
yaw, pitch, blur, haze, brightness, contrast, gamma, noise, occlusion,
compression.

"""
TEST = CHANGE + """\b
Example:
  shall images test net.onnx digits/ --label digit --keep writer -c blur -o log
"""
LIMITS = CHANGE + """\b
Examples:
  shall images limits net.onnx digits.npz "accuracy >= 0.90" -c blur -c noise
  shall images limits net.onnx x.npy "share(unchanged = 1) >= 0.95" -c yaw
"""
REGIONS = CHANGE + """\b
Example:
  shall images regions net.onnx digits.npz "accuracy >= 0.9" -c blur -c yaw
"""


@click.group(cls=Commands, epilog=EXAMPLES)
def command() -> None:
    """Test a model with images as they may be met: turned, blurred, dark, noisy."""


def _change(_: click.Context, __: click.Parameter, given: Sequence[str]) -> dict[str, Any]:
    """Of each change a pair, a list, or None, the usual range."""
    parts = [one.partition("=") for one in given]
    return {name: _strengths(name, text) if mark else None for name, mark, text in parts}


def _strengths(name: str, text: str) -> tuple[float, float] | list[float]:
    try:
        if ":" in text:
            low, high = map(float, text.split(":"))
            return low, high
        return [float(one) for one in text.split(",")]
    except ValueError:
        raise click.BadParameter(f"{name}={text}: a range is LOW:HIGH, strengths are A,B,C") from None


def _shape(_: click.Context, __: click.Parameter, given: str | None) -> tuple[int, ...]:
    if given is None:
        return ()
    if not re.fullmatch(r"[1-9]\d*(x[1-9]\d*){1,2}", given):
        raise click.BadParameter(f"{given}: write it as 28x28, or 32x32x3")
    return tuple(map(int, given.split("x")))


def _classes(_: click.Context, __: click.Parameter, given: str | None) -> list[Any] | None:
    names = [one.strip() for one in given.split(",")] if given else []
    return ([int(one) for one in names] if all(re.fullmatch(r"-?\d+", one) for one in names) else names) or None


def _fill(_: click.Context, __: click.Parameter, given: str) -> float | None:
    try:
        return None if given == "nearest" else float(given)
    except ValueError:
        raise click.BadParameter(f"{given}: a number from 0 to 1, or nearest") from None


OF_IMAGES: Final = (
    click.option("--labels", metavar="PATH", help="The labels, an .npy."),
    click.option("--label", metavar="NAME", help="What the labels are called in IMAGES; else label, labels or y."),
    click.option("--shape", metavar="HxW[xC]", callback=_shape, help="Of flat images; else they are squares."),
    click.option("--change", "-c", "changes", metavar="CHANGE", multiple=True, required=True, callback=_change,
                 help="What is changed, and how far; several by several -c."),
    click.option("--classes", metavar="NAMES", callback=_classes,
                 help="Of the model's answers, in their order, with commas between; else 0, 1, ..."),
    click.option("--fill", default="0", show_default=True, callback=_fill, metavar="LEVEL",
                 help="What stands outside of an image, 0 to 1; or `nearest`: its nearest pixel."),
    click.option("--seed", type=int, default=0, show_default=True, help="Of noise, of what is covered, of the design."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema."),
)
CONFIDENCE: Final = click.option("--confidence", type=click.FloatRange(0.5, 1, max_open=True), default=0.95,
                                 show_default=True, help="That all that is told holds.")


def of_images(command: Callable[..., int]) -> Callable[..., int]:
    """The arguments that all three share."""
    for option in reversed(OF_IMAGES):
        command = option(command)
    return click.argument("model")(click.argument("images")(command))


@command.command("test", epilog=TEST)
@of_images
@click.option("--keep", "-k", metavar="NAME", multiple=True, help="A further column of IMAGES, such as a group.")
@click.option("--design", type=click.Choice(["each", "grid", "spread"]), default="each", show_default=True,
              help="Each change by itself, all combinations, or random ones.")
@click.option("--rows", type=click.IntRange(1), metavar="N", help="Images at a point (all); of `spread` rows in all.")
@click.option("--steps", type=click.IntRange(1, 1000), default=8, show_default=True, help="Of a range, to each end.")
@click.option("--positive", metavar="CLASS", help="The class that makes it a question of two.")
@click.option("-o", "--output", required=True, metavar="FOLDER",
              help="The log, in Parquet files; one that was left half-made is gone on with.")
def test(model: str, images: str, *, labels: str | None, label: str | None, shape: tuple[int, ...],
         keep: tuple[str, ...], as_json: bool, positive: str | None, output: str, **how: Any) -> int:
    """Write what MODEL says of changed IMAGES as a log: a row an image and a change."""
    found = api.image_set(images, labels=labels, label=label, keep=keep, shape=shape)
    classes = how["classes"] or []
    named = next((one for one in classes if str(one) == positive), positive)
    with Progress() as progress:
        log = api.image_tests(model, found.images, found.labels, groups=found.columns, out=output, positive=named,
                              progress=progress, **how)
    told = api.image_summary(log)
    say(json.written("images test", told) if as_json else
        f"{told['rows']:,} rows of {told['images']:,} images in {output}; {told['unchanged']:.1%} of them are decided "
        f"as the image as it is\nnext: shall check --data {output}, with `unit = \"image\"` under [columns]")
    return 0


@command.command("limits", epilog=LIMITS)
@of_images
@click.argument("requirement")
@click.option("--steps", type=click.IntRange(1, 10_000), default=32, show_default=True, help="Of a range, to each end.")
@CONFIDENCE
@click.option("-o", "--output", metavar="FILE", help="A picture, .svg: every rate that was asked for.")
def limits(model: str, images: str, requirement: str, *, labels: str | None, label: str | None, shape: tuple[int, ...],
           as_json: bool, output: str | None, **how: Any) -> int:
    """Find how far each change of IMAGES may go by itself until REQUIREMENT is not met."""
    given = api.image_set(images, labels=labels, label=label, shape=shape)
    with Progress("image") as progress:
        found = api.image_limits(model, given.images, given.labels, requirement, progress=progress, **how)
    if output is not None:
        found.write(output, given.images[0], how["fill"])
    say(json.written("images limits", found.described()) if as_json else str(found))
    if output is not None:
        tell_written(output)
    return 0


@command.command("regions", epilog=REGIONS)
@of_images
@click.argument("requirement")
@click.option("--steps", type=click.IntRange(1, 1000), default=8, show_default=True, help="Of a range, to each end.")
@CONFIDENCE
@click.option("--write", "file", metavar="FILE", help="Put the lines into a shall file; comments are kept.")
@click.option("--line", "lines", metavar="NAME", multiple=True, help="Only this line, such as as_changed or fails_1.")
def regions(model: str, images: str, requirement: str, *, labels: str | None, label: str | None,
            shape: tuple[int, ...], as_json: bool, file: str | None, lines: tuple[str, ...], **how: Any) -> int:
    """Find the largest box of up to three changes of IMAGES together that meets REQUIREMENT, and where it fails."""
    if lines and file is None:
        raise click.UsageError("--line goes with --write, the shall file that it is written into")
    given = api.image_set(images, labels=labels, label=label, shape=shape)
    with Progress("image") as progress:
        found = api.image_regions(model, given.images, given.labels, requirement, progress=progress, **how)
    say(json.written("images regions", found.described()) if as_json else
        "\n".join([str(found), *(f"  {name} = \"{line}\"" for name, line in found.lines().items())]))
    if file is not None:
        if not found.lines():
            raise InputError(f"nothing was shown, so nothing was written to {file}: take more images")
        for line in found.write(file, *lines):
            tell_written(file, line, err=as_json)
    return 0

import time
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from shall.core.errors import DataError, FileError
from shall.graph import foreign, nets, written
from shall.graph import onnx as written_onnx
from shall.graph.compiled import compiled
from shall.graph.declared import inputs
from shall.graph.importing import imported
from shall.graph.ops.imported import stated
from shall.graph.session import Session
from shall.graph.trial import Trial, tried
from shall.graph.value import Value

DATA = np.random.default_rng(0).normal(size=(200, 12))


def columns(width=12):
    return inputs({f"x{place}": "number" for place in range(width)})


def net_file(layers, width=12, shape=None):
    """A model that shall wrote: doubles in, doubles out."""
    x = columns(width)
    return compiled(x, {"score": nets.net(layers, x, shape=shape)}).onnx


def weights(*shape):
    return np.random.default_rng(1).normal(size=shape) / 3


def dense_file():
    return net_file([nets.dense(weights(12, 8)), nets.gelu(), nets.dense(weights(8, 2)), nets.shares()])


def conv_file():
    return net_file([nets.conv2d(weights(4, 3, 2, 2), padding=1), nets.relu(), nets.max_pool(2), nets.flatten(),
                     nets.dense(weights(4, 2))], shape=(3, 2, 2))


def model(nodes, *, inits=(), takes=("rows", 12), gives=("rows", 12), kind=TensorProto.FLOAT, opset=21, said=None):
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", kind, takes)],
                              [helper.make_tensor_value_info("y", said or kind, gives)], list(inits))
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", opset)])


def node(op, *given, gives="y", **attributes):
    return helper.make_node(op, given or ("x",), [gives], **attributes)


def sklearn_file(**options):
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(DATA, DATA[:, 0] > DATA[:, 1])
    return fitted, to_onnx(fitted, DATA[:2].astype(np.float32), options=options,
                           target_opset={"": 15, "ai.onnx.ml": 3}).SerializeToString()


def score(value, rows=DATA, x=None):
    made = compiled(x or columns(), {"score": value})
    assert written_onnx.emitted(written.read(made.json)) == made.onnx
    return Session(made.onnx)({"numbers": rows})["score"]


def test_a_model_of_another_opset_says_the_same():
    fitted, content = sklearn_file(zipmap=False)
    x = columns()
    said = imported(content, x)
    np.testing.assert_allclose(score(said, x=x), fitted.predict_proba(DATA), atol=5e-7)


@pytest.mark.parametrize("file", [dense_file, conv_file])
def test_twice_the_same_model_beside_others(file, tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(file())
    x = columns()
    first, second = imported(path, x), imported(path, x.numeric * 2 + 1)
    expected = Session(file())
    both = score(first - second, x=x)
    apart = expected({"numbers": DATA})["score"] - expected({"numbers": DATA * 2 + 1})["score"]
    np.testing.assert_allclose(both, apart, atol=1e-6)


def test_numpy_is_given_what_the_runtime_says():
    from shall.graph.ops import imported as op

    x, rows = columns(), np.vstack([DATA, np.full((2, 12), np.nan), np.full((1, 12), np.inf), DATA[:1] * 1e300])
    said = imported(model([node("Relu")]).SerializeToString(), x)
    np.testing.assert_array_equal(op.run((rows,), said.settings), score(said, rows, x))
    assert op.run((rows[:0],), said.settings).shape == score(said, rows[:0], x).shape == (0, 12)


def test_one_output_is_chosen_by_its_name():
    graph = model([node("Relu"), node("Neg", gives="z")])
    graph.graph.output.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, ["rows", 12]))
    x = columns()
    np.testing.assert_array_equal(score(imported(graph.SerializeToString(), x, output="z"), x=x),
                                  -DATA.astype(np.float32).astype(np.float64))
    with pytest.raises(DataError, match="no output q; there are y, z"):
        imported(graph.SerializeToString(), x, output="q")


def loop():
    body = helper.make_graph([helper.make_node("Identity", ["c"], ["d"])], "b",
                             [helper.make_tensor_value_info("i", TensorProto.INT64, []),
                              helper.make_tensor_value_info("c", TensorProto.BOOL, [])],
                             [helper.make_tensor_value_info("d", TensorProto.BOOL, [])])
    return model([node("Loop", "", "x", body=body)])


def outside():
    tensor = numpy_helper.from_array(weights(12, 12).astype(np.float32), "w")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    return model([node("MatMul", "x", "w")], inits=[tensor])


def custom():
    made = model([node("Relu", domain="com.microsoft")])
    made.opset_import.add(domain="com.microsoft", version=1)
    return made


def function():
    made = model([node("Relu")])
    made.functions.append(helper.make_function("own", "f", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])],
                                               [helper.make_opsetid("", 21)]))
    return made


def huge():
    size = numpy_helper.from_array(np.array([1, 2**33]), "s")
    return model([node("Expand", "x", "s", gives="e"), node("ReduceSum", "e", keepdims=1)], inits=[size],
                 takes=("rows", 1), gives=("rows", 1))


@pytest.mark.parametrize("made, said", [
    (lambda: model([node("RandomNormalLike")]), "RandomNormalLike, which is not on the list"),
    (loop, "Loop, which is not on the list"), (outside, "outside of its file"), (custom, "domain 'com.microsoft'"),
    (function, "functions of its own"),
    (lambda: model([node("Relu")], takes=(4, 12)), "number of rows of its x is fixed"),
    (lambda: model([node("Relu")], takes=("rows", "wide")), "sizes of a row of its x are not known"),
    (lambda: model([node("ReduceSum", keepdims=0)], gives=()), "fixed|as many rows"),
    (lambda: model([node("Softmax", axis=0)]), "depends on the other rows"),
    (lambda: model([node("Relu")], opset=27), "opset 27"),
    (lambda: model([node("Abs")], kind=TensorProto.INT64), "whole numbers"),
    (lambda: model([node("Neg", "z")]), "cannot be run"),
    (huge, "cannot be run|memory|died")])
def test_what_it_may_not_hold_is_told(made, said):
    with pytest.raises(DataError, match=said):
        imported(made().SerializeToString(), columns())


def test_a_zipmap_is_told_with_the_way_round():
    with pytest.raises(DataError, match="without a ZipMap"):
        imported(sklearn_file()[1], columns(), output="output_probability")


def test_another_width_is_told_with_its_line():
    x = columns(7)
    with pytest.raises(FileError, match=r"test_importing.py:\d+: imported: the model takes 12 numbers, and gets 7 num"):
        compiled(x, {"score": imported(dense_file(), x)})


def test_a_graph_that_states_another_width_is_refused():
    x = columns()
    made = imported(dense_file(), x)
    made.settings["width"] = 3
    model_ = compiled(x, {"score": made})
    with pytest.raises(DataError, match="not as the graph states"):
        written_onnx.emitted(written.read(model_.json))


def mutated(content, random):
    """The model with bytes or parts of it changed, left out, doubled or cut off."""
    if random.random() < 0.4:
        return rewritten(content, random)
    found = bytearray(content)
    in_place = random.random() < 0.5
    for _ in range(random.integers(1, 6)):
        place, how = int(random.integers(len(found))), random.integers(2 if in_place else 5)
        if how == 0:
            found[place] = random.integers(256)
        elif how < 3:
            found[place] ^= 1 << random.integers(8)
        elif how == 3:
            del found[place:place + int(random.integers(1, 20))]
        else:
            found[place:place] = found[place:place + int(random.integers(1, 40))]
    return bytes(found if random.random() > 0.1 else found[:int(random.integers(len(found)))])


SIZES = (0, 1, 2, 3, -1, -2, 2**16, 2**31 - 1, -2**31, 2**40, 2**62, -2**63)


def rewritten(content, random):
    """A well-formed file whose sizes, settings, operators or names are others."""
    proto = onnx.load_model_from_string(content)
    nodes, tensors = proto.graph.node, proto.graph.initializer
    some = nodes[random.integers(len(nodes))]
    how, size = random.integers(7), int(random.choice(SIZES))
    if how == 0 and len(tensors):
        tensor = tensors[random.integers(len(tensors))]
        tensor.dims[:] = [size if random.random() < 0.5 else one for one in tensor.dims]
    elif how == 1 and len(tensors):
        tensors[random.integers(len(tensors))].data_type = int(random.integers(24))
    elif how == 2 and len(some.attribute):
        attribute = some.attribute[random.integers(len(some.attribute))]
        attribute.i = size
        attribute.ints[:] = [size if random.random() < 0.5 else one for one in attribute.ints]
    elif how == 3:
        some.op_type = str(random.choice(sorted(foreign.OPERATORS)))
    elif how == 4 and len(some.input):
        some.input[random.integers(len(some.input))] = str(random.choice([nodes[-1].output[0], "", "none", "x"]))
    elif how == 5 and len(tensors):
        tensor = tensors[random.integers(len(tensors))]
        if tensor.data_type == TensorProto.INT64 and tensor.raw_data:
            tensor.raw_data = np.array([size] * (len(tensor.raw_data) // 8)).tobytes()
    else:
        proto.graph.input[0].type.tensor_type.shape.dim.add(dim_value=size)
    return proto.SerializeToString()


def inside(made):
    """What a model that was taken says inside of a graph."""
    takes, (what, width) = stated(foreign.parsed(made))
    x = columns(takes[0][1])
    value = Value("imported", (x.numeric,), {"model": np.frombuffer(made, np.uint8), "takes": takes, "what": what,
                                             "width": width})
    return score(value, np.ones((3, takes[0][1])), x)


def peak(trial):
    """The most memory that the child has taken, in KiB; its own, without what it was born with."""
    status = Path(f"/proc/{trial._child.pid}/status") if trial._child is not None else Path("/none")
    lines = status.read_text().splitlines() if status.exists() else ()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def tried_mutants(count, seed):
    """How many of them were taken; every other one is a DataError, and none takes long or a gigabyte."""
    random, kept, longest, most = np.random.default_rng(seed), 0, 0.0, 0
    files = [dense_file(), conv_file(), sklearn_file(zipmap=False)[1], huge().SerializeToString()]
    with Trial() as trial:
        for place in range(count):
            content, began = mutated(files[place % len(files)], random), time.monotonic()
            try:
                made = trial.uniform(content)
                kept += 1
            except DataError:
                made = b""
            longest = max(longest, time.monotonic() - began)
            most = max(most, peak(trial))
            if made:
                said = inside(made)
                assert len(said) == 3
    assert most < 2**20                     # KiB
    assert most or not Path("/proc").is_dir(), "nothing was looked at"
    print(f"{kept} of {count} taken, the longest took {longest:.1f} s")
    return kept, longest


def test_200_mutants_do_no_harm():
    kept, longest = tried_mutants(200, 0)
    assert 0 < kept < 200 and longest < 30


@pytest.mark.slow
def test_4000_mutants_do_no_harm():
    kept, longest = tried_mutants(4000, 1)
    assert 0 < kept < 4000 and longest < 30


def test_a_child_that_was_killed_is_started_again():
    with Trial() as trial:
        assert trial.uniform(dense_file())
        trial._child.kill()
        trial._child.wait()
        with pytest.raises(DataError, match="died"):
            trial.uniform(dense_file())
        assert trial.uniform(dense_file()) == tried(dense_file())

import numpy as np
import pytest

from shall.graph import onnx, written
from shall.graph.compiled import Compiled
from shall.graph.ops import net
from shall.graph.session import Session
from shall.methods.compress import int8_nets


@pytest.mark.parametrize("name", ["columns", "images"])
def test_a_quarter_of_the_size_for_hardly_an_answer(name, request):
    case = request.getfixturevalue(name)
    found = int8_nets.quantised(case.graph, case.rows)
    assert case.size(found) * 3 < case.size(case.graph)
    assert case.accuracy(found) > case.accuracy(case.graph) - 0.01 > 0.85


def test_runtime_and_numpy_say_the_same_to_the_last_bit(images, edges):
    found = int8_nets.quantised(images.graph, images.rows)
    rows = np.vstack([edges, images.test])
    expected = net.run((rows,), found.nodes[-1].settings)
    np.testing.assert_array_equal(images.score(found, rows), expected)
    assert np.isnan(expected[:3]).all() and np.isfinite(expected[3:]).all()


def test_between_layers_nothing_stays_a_float(columns, images, tmp_path):
    import onnxruntime
    from onnx import load

    for case in (columns, images):
        options = onnxruntime.SessionOptions()
        options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
        options.log_severity_level = 4
        onnxruntime.InferenceSession(Compiled(int8_nets.quantised(case.graph, case.rows)).onnx, options,
                                     providers=["CPUExecutionProvider"])
        ops = {node.op_type for node in load(tmp_path / "optimised.onnx").graph.node}
        assert not ops & {"Gemm", "Conv", "FusedGemm", "FusedConv", "MatMul", "Relu"}, ops


def test_any_split_of_the_rows_gives_the_same_bits(columns, edges):
    session = Session(Compiled(int8_nets.quantised(columns.graph, columns.rows)).onnx)
    whole = session({"numbers": edges})["score"]
    for size in (1, 7):
        parts = [session({"numbers": edges[place:place + size]})["score"] for place in range(0, len(edges), size)]
        np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_a_graph_of_whole_numbers_is_written_and_read(images):
    found = int8_nets.quantised(images.graph, images.rows)
    content = written.written(found)
    assert onnx.emitted(written.read(content)) == onnx.emitted(found)


def test_candidates_go_from_mild_to_harsh_and_a_net_is_quantised_once(columns):
    mild, harsh = int8_nets.candidates(columns.graph, columns.rows)
    assert columns.size(harsh.graph) < columns.size(mild.graph) < columns.size(columns.graph)
    assert int8_nets.quantised(harsh.graph, columns.rows) is None
    assert not harsh.graph.references and columns.graph.references

"""Makes the Kokoro model also return how long it speaks each token.

The exported graph computes the durations and throws them away. Naming that tensor as a graph
output is enough to get it, and protobuf lets us do so without the onnx package: a message
followed by another of the same type reads as the two merged, repeated fields one after the other
(protobuf encoding guide, "Last One Wins" and embedded messages).
"""

DURATIONS_OUTPUT = "/encoder/Clip_output_0"
"""Tensor (1, n + 2) or (n + 2,): frames of 600 samples for each token, both pads included.

The name holds for the export kokoro-v1.0 (int8) that voice/models/catalogue.py pins.
"""

# Field numbers of onnx.proto: ModelProto.graph, GraphProto.output, ValueInfoProto.name.
_MODEL_GRAPH = 7
_GRAPH_OUTPUT = 12
_VALUE_NAME = 1

_LENGTH_DELIMITED = 2


def with_durations(model: bytes) -> bytes:
    """The ONNX file `model` with the durations as a further output, after those it has.

    The bytes of the model itself stay as they are; a few are added at the end.
    """
    name = _field(_VALUE_NAME, DURATIONS_OUTPUT.encode())
    return model + _field(_MODEL_GRAPH, _field(_GRAPH_OUTPUT, name))


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | _LENGTH_DELIMITED) + _varint(len(payload)) + payload


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)

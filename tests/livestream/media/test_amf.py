from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livestream.media.rtmp import amf

pytestmark = pytest.mark.unit
plain = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20)
names = st.text(min_size=1, max_size=8)


@given(st.lists(plain | st.dictionaries(names, plain, max_size=4), max_size=6))
def test_what_is_encoded_is_decoded(values: list[object]) -> None:
    assert amf.decode(amf.encode(*values)) == values


@given(st.binary(max_size=200))
def test_any_bytes_are_values_or_malformed(data: bytes) -> None:
    try:
        amf.decode(data)
    except amf.Malformed:
        return


def test_depth_and_number_of_values_are_bounded() -> None:
    nested: object = 1.0
    for _ in range(20):
        nested = {"in": nested}
    for data in (amf.encode(nested), amf.encode(*[1.0] * 600), b"\x0a\xff\xff\xff\xff" + b"\x05" * 600):
        with pytest.raises(amf.Malformed):
            amf.decode(data)

"""Parquet lives here: what the columns of an event log are, and how its files are written and read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.witness import NEVER, Impressions
from sim.scenario.schema import DAY_S, Scenario
from sim.version import VERSION

if TYPE_CHECKING:
    import pyarrow as pa

_MICROS = 1_000_000
_MANY = ("time", "query", "refunded", "conversion_known")  # nearly each value is new: a dictionary of them would save nothing
_OURS = b"foreshow"


def _schema_of(scenario: Scenario) -> pa.Schema:
    """The columns of an event log, and what a reader needs to know of the scenario."""
    import pyarrow as pa

    moment = pa.timestamp("us")
    columns = {
        "time": moment, "day": pa.int32(), "query_type": pa.int32(), "query": pa.uint64(),
        "segment": pa.dictionary(pa.int8(), pa.string()), "arm": pa.int8(), "ad": pa.int32(), "position": pa.int8(),
        "price_micros": pa.int64(), "propensity": pa.float32(), "clicked": pa.bool_(), "charge_micros": pa.int64(),
        "refunded": moment, "converted": pa.bool_(), "conversion_known": moment,
    }  # fmt: skip
    nullable = ("refunded", "conversion_known")
    about = {
        "version": VERSION, "scenario": Path(scenario.name).name, "seed": scenario.seed, "start": scenario.start.isoformat(),
        "currency": scenario.market.currency, "segments": [device.name for device in scenario.devices],
        "ads": scenario.market.ads, "slots": scenario.market.slots,
    }  # fmt: skip
    fields = [pa.field(name, kind, nullable=name in nullable) for name, kind in columns.items()]
    return pa.schema(fields, metadata={_OURS: json.dumps(about).encode()})


class Rows:
    """A Parquet file that is being written: the same bytes for the same rows.

    Attributes
    ----------
    waiting, written
        Rows that wait for their group to be full, and those that are in the file.
    """

    def __init__(self, stream: IO[bytes], scenario: Scenario) -> None:
        from pyarrow.parquet import ParquetWriter

        self._schema = _schema_of(scenario)
        self._start_s = int(datetime(scenario.start.year, scenario.start.month, scenario.start.day, tzinfo=UTC).timestamp())
        self._segments = [device.name for device in scenario.devices]
        self._batches: list[pa.RecordBatch] = []
        self.waiting = self.written = 0
        few = [name for name in self._schema.names if name not in _MANY]
        packed = dict.fromkeys(_MANY, "DELTA_BINARY_PACKED") | {"query": "PLAIN"}
        self._writer = ParquetWriter(
            stream, self._schema, compression="zstd", compression_level=1, use_dictionary=few, column_encoding=packed
        )  # fmt: skip

    def add(self, shown: Impressions) -> None:
        """Let impressions wait for their group."""
        self._batches.append(self._batch_of(shown))
        self.waiting += len(shown.second)

    def write_group(self) -> None:
        """Write what waits as one row group."""
        import pyarrow as pa

        if self.waiting:
            self._writer.write_table(pa.Table.from_batches(self._batches), row_group_size=self.waiting)
            self.written += self.waiting
            self._batches, self.waiting = [], 0

    def close(self) -> None:
        """End the file."""
        self._writer.close()

    def _batch_of(self, shown: Impressions) -> pa.RecordBatch:
        import pyarrow as pa

        columns = {
            "time": self._times(shown.second),
            "day": pa.array((shown.second // DAY_S).astype(np.int32)),
            "segment": pa.DictionaryArray.from_arrays(pa.array(shown.segment), pa.array(self._segments)),
            "refunded": self._times(shown.refunded_s),
            "conversion_known": self._times(shown.known_s),
        }
        rest = shown._asdict()
        arrays = [columns[name] if name in columns else pa.array(rest[name]) for name in self._schema.names]
        return pa.record_batch(arrays, schema=self._schema)

    def _times(self, seconds: NDArray[np.int64]) -> pa.Array:
        import pyarrow as pa

        return pa.array((seconds + self._start_s) * _MICROS, pa.timestamp("us"), mask=seconds == NEVER)


def about_file(file: Path) -> dict[str, Any]:
    """What a file of an event log says of the scenario it is from; empty for another file."""
    from pyarrow.parquet import read_schema

    said = (read_schema(file).metadata or {}).get(_OURS)
    return dict(json.loads(said)) if said else {}


def read_days(files: list[Path], columns: list[str], first: int, end: int | None) -> dict[str, Any]:
    """Some columns of the days from *first* to *end* (excluded), as arrays."""
    from pyarrow import compute, dataset

    wanted = dataset.field("day") >= first
    if end is not None:
        wanted &= dataset.field("day") < end
    rows = dataset.dataset(files, format="parquet").to_table(columns=columns, filter=wanted, use_threads=False)
    found = {}
    for name in columns:
        column = rows.column(name)
        found[name] = (compute.cast(column, "string") if name == "segment" else column).to_numpy()
    return found

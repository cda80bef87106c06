"""The version, in one place: it is part of every result."""

VERSION = "0.1.0"

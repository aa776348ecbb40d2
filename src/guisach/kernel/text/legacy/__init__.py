"""Vietnamese text of the years before Unicode: read in its own character set, recognised, and mended."""

from guisach.kernel.text.legacy.decoding import Encoding, decode, mend
from guisach.kernel.text.legacy.detecting import Detection, Evidence, detect, likeness, read_as

__all__ = ["Detection", "Encoding", "Evidence", "decode", "detect", "likeness", "mend", "read_as"]

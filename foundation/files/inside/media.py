"""Sound and video: their skeleton is walked, nothing is decoded."""

import io
import struct
from typing import IO

from foundation.files.inside.refusal import Refusal

_BITRATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def check_mp4(stream: IO[bytes]) -> None:
    """Top-level boxes fill the file exactly and there is a `moov`."""
    size = stream.seek(0, io.SEEK_END)
    position, seen = 0, set()
    for _step in range(100_000):
        if position >= size:
            break
        stream.seek(position)
        header = stream.read(16)
        if len(header) < 8:
            raise Refusal("media_broken")
        length, name = struct.unpack(">L4s", header[:8])
        if length == 1:
            length = struct.unpack(">Q", header[8:16])[0] if len(header) == 16 else 0
        elif length == 0:
            length = size - position
        if length < 8 or position + length > size:
            raise Refusal("media_broken")
        seen.add(name)
        position += length
    if b"moov" not in seen or position < size:
        raise Refusal("media_broken")


def check_webm(stream: IO[bytes]) -> None:
    """An EBML header of the document type webm, followed by a Segment."""
    stream.seek(0)
    head = stream.read(4096)
    if b"\x42\x82" not in head[:64] or b"\x18\x53\x80\x67" not in head:
        raise Refusal("media_broken")


def _frame_length(header: bytes) -> int:
    """Bytes of an MPEG layer III frame, 0 when this is no frame header."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, bitrate, rate, padding = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or bitrate in (0, 15) or rate == 3:
        return 0
    kilobits = _BITRATES[3 if version == 3 else 2][bitrate]
    return (144 if version == 3 else 72) * kilobits * 1000 // _RATES[version][rate] + padding


def check_mp3(stream: IO[bytes]) -> None:
    """After the ID3 tag (and some padding) three frames follow one another."""
    stream.seek(0)
    head = stream.read(10)
    start = 0
    if head[:3] == b"ID3" and len(head) == 10:
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    stream.seek(start)
    window = stream.read(64 * 1024)
    for offset in range(max(0, min(len(window) - 4, 16_384))):
        place, frames = offset, 0
        while frames < 3 and (length := _frame_length(window[place : place + 4])):
            place += length
            frames += 1
        if frames == 3:
            return
    raise Refusal("media_broken")

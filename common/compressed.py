"""Static files under far-future names, compressed once when they are collected."""

from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

QUALITY = 9  # The highest, 11, takes twenty times as long at every start for a tenth less.


class Quick(Compressor):  # type: ignore[misc]
    """Brotli at a quality that a start can afford."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=QUALITY))


class CompressedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def create_compressor(self, **options: Any) -> Compressor:
        return Quick(**options)

"""Asks the reader whether statements follow from their sources, many at once."""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.verify.facts import Source
from retrieval.verify.roles import Reads, other_role
from retrieval.verify.support import Support, compare


class Judge:
    """Says how statements stand to the words they are said to rest on."""

    def __init__(self, reader: Reads) -> None:
        self._reader = reader

    def weigh(
        self, statement: str, sources: Sequence[Source], *, lenient: bool = False
    ) -> list[Support]:
        """Compare a statement with each source by itself; `lenient` as in `compare`.

        Who did it, and which of several numbers it was, is asked where all else holds.
        """
        readings = self._reader.read(statement, [source.text for source in sources])
        weighed = [
            compare(statement, source, logit=reading.logit, lenient=lenient)
            for source, reading in zip(sources, readings, strict=True)
        ]
        return [
            replace(support, instead=other_role(statement, source.text, self._reader))
            if support.holds
            else support
            for source, support in zip(sources, weighed, strict=True)
        ]

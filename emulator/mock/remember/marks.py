"""Things that no response shows, which are there or not: a star, a block, a membership."""

from dataclasses import dataclass

from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.remember.answers import usual_answer
from emulator.mock.remember.kinds import RecordKind, deleted_in
from emulator.mock.remember.missing import missing_above, not_there
from emulator.mock.state.store import Put, Remove


@dataclass(frozen=True, slots=True)
class Marks:
    """Answers PUT, GET and DELETE of things that are set, asked for and taken away by their path.

    `names` are the parameters of the path, which are all that is known of one. Leniently, each is
    there until it is deleted; `strict`: only where it was set. `above` are the kinds of record that
    it is below.
    """

    collection: str
    names: tuple[str, ...]
    strict: bool
    above: tuple[RecordKind, ...] = ()

    def replace(self, exchange: Exchange) -> Plan | Problem | None:
        """It is there from now on."""
        if missing := self._missing_above(exchange):
            return missing
        key = self._key(exchange)
        gone = exchange.snapshot.records(deleted_in(self.collection))
        back = (Remove(deleted_in(self.collection), key),) if key in gone else ()
        return usual_answer(exchange, (*back, Put(self.collection, key, True)))

    def read(self, exchange: Exchange) -> Plan | Problem | None:
        """The operation's usual response if it is there."""
        if missing := self._missing_above(exchange):
            return missing
        return usual_answer(exchange) if self._is_there(exchange) else self._missing(exchange)

    def delete(self, exchange: Exchange) -> Plan | Problem | None:
        """It is not there from now on."""
        if self.strict and not self._is_there(exchange):
            return self._missing(exchange)
        key = self._key(exchange)
        gone = Put(deleted_in(self.collection), key, True)
        return usual_answer(exchange, (Remove(self.collection, key), gone))

    def _place(self, exchange: Exchange) -> tuple[str, ...]:
        return tuple(exchange.path(name) for name in self.names)

    def _key(self, exchange: Exchange) -> str:
        return "/".join(self._place(exchange))

    def _missing_above(self, exchange: Exchange) -> Problem | None:
        return missing_above(exchange, self.above, self._place(exchange), strict=self.strict)

    def _is_there(self, exchange: Exchange) -> bool:
        key, snapshot = self._key(exchange), exchange.snapshot
        if key in snapshot.records(self.collection):
            return True
        return not self.strict and key not in snapshot.records(deleted_in(self.collection))

    def _missing(self, exchange: Exchange) -> Problem:
        return not_there(exchange, f"there is no {self._key(exchange)!r}")

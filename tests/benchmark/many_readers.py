"""Many readers at once: each speaks Streamlit's own protocol, opens a page and changes filters as a browser would."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from tests.benchmark.serving import Server

CHANGES = 6
PAGES = ("", "response", "onset", "durability", "subgroups", "sites")
SECONDS_TO_LEAVE = 10
"""The server is told to forget a reader's session two seconds after the connection is gone."""


@dataclass
class Readers:
    """What many readers met.

    Attributes:
        n: how many there were.
        answers: milliseconds until a page was whole on the wire, by what was asked: `opened` or `changed`.
        errors: what a page or the server said went wrong.
        memory_mb: of the server before, with all of them, and after they had left.
    """

    n: int
    answers: dict[str, list[float]] = field(default_factory=lambda: {"opened": [], "changed": []})
    errors: list[str] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)

    def in_words(self) -> str:
        """A line for each figure."""
        before, during, after = self.memory_mb
        lines = [
            f"{self.n} readers at once, {len(self.answers['changed'])} filters changed: {len(self.errors)} errors"
            + "".join(f"\n  {error}" for error in self.errors[:5]),
            *(
                f"  {what}: median {np.median(times):,.0f} ms, 95th percentile {np.percentile(times, 95):,.0f} ms"
                for what, times in self.answers.items()
            ),
            f"  memory of the server: {before:,.0f} MB before, {during:,.0f} MB with them, {after:,.0f} MB after",
        ]
        return "\n".join(lines)


def read_at_once(server: Server, n: int) -> Readers:
    """Lets so many readers open pages and change filters at once, each after a pause of its own."""
    return asyncio.run(_all(server, Readers(n)))


async def _all(server: Server, found: Readers) -> Readers:
    found.memory_mb.append(server.memory_mb())
    everyone_is_done = asyncio.Barrier(found.n + 1)
    tasks = [asyncio.create_task(_reader(server, number, found, everyone_is_done)) for number in range(found.n)]
    await everyone_is_done.wait()
    found.memory_mb.append(server.memory_mb())
    await asyncio.gather(*tasks)
    await asyncio.sleep(SECONDS_TO_LEAVE)
    found.memory_mb.append(server.memory_mb())
    return found


async def _reader(server: Server, number: int, found: Readers, everyone_is_done: asyncio.Barrier) -> None:
    choose = random.Random(number)
    page = PAGES[number % len(PAGES)]
    address = f"ws://localhost:{server.port}/_stcore/stream"
    try:
        async with connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=60) as connection:
            session = _Session(connection, page)
            await asyncio.sleep(choose.uniform(0, 5))
            found.answers["opened"].append(await session.run())
            for _ in range(CHANGES):
                await asyncio.sleep(choose.uniform(0.5, 2.5))
                session.choose(choose.choice(["Condition", "Site"]), choose)
                found.answers["changed"].append(await session.run())
            found.errors += session.errors
            await everyone_is_done.wait()
    except Exception as error:
        found.errors.append(f"reader {number} on /{page}: {error!r}")
        await everyone_is_done.wait()


class _Session:
    """One browser tab: what it was sent, and the states of its widgets."""

    def __init__(self, connection: ClientConnection, page: str) -> None:
        self.errors: list[str] = []
        self._connection, self._page, self._page_hash = connection, page, ""
        self._pills: dict[str, Element] = {}
        self._states: dict[str, WidgetState] = {}

    def choose(self, label: str, choose: random.Random) -> None:
        """Clicks on one of the options of a filter."""
        group = self._pills[label].button_group
        self._hold(group.id, [choose.choice(group.options).content])

    def _hold(self, widget: str, values: Iterable[str]) -> None:
        state = WidgetState(id=widget)
        state.string_array_value.data.extend(values)
        self._states[widget] = state

    async def run(self) -> float:
        """Asks for a run and takes what comes until it is done; milliseconds."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.page_script_hash = self._page, self._page_hash
        state.widget_states.widgets.extend(self._states.values())
        state.context_info.timezone = "UTC"
        state.context_info.url = f"http://localhost/{self._page}"
        began = time.perf_counter()
        await self._connection.send(message.SerializeToString())
        while True:
            got = ForwardMsg.FromString(await asyncio.wait_for(self._connection.recv(), timeout=120))
            self._take(got)
            if got.WhichOneof("type") == "script_finished":
                break
        if got.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
            self.errors.append(f"/{self._page}: the script ended with {got.script_finished}")
        return 1000 * (time.perf_counter() - began)

    def _take(self, got: ForwardMsg) -> None:
        kind = got.WhichOneof("type")
        if kind == "new_session":
            self._page_hash = got.new_session.page_script_hash
        elif kind == "delta" and got.delta.WhichOneof("type") == "new_element":
            element = got.delta.new_element
            if element.WhichOneof("type") == "exception":
                self.errors.append(f"/{self._page}: {element.exception.type} {element.exception.message}")
            elif element.WhichOneof("type") == "button_group":
                self._pills[element.button_group.label] = element
                if element.button_group.set_value:
                    self._hold(element.button_group.id, element.button_group.raw_values)

"""One number for one tool: what was decided is noted, carried out, and noted again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from connectors.errors import NotFoundError, RejectedError, SourceError
from connectors.okr_tool import NOTE_LENGTH, ToolNumber
from syncer.core.outbox import (
    OutboxWrite,
    PushResult,
    TargetState,
    TargetStatus,
    WriteState,
    outdated,
    superseded,
    write_key,
)
from syncer.core.push import PushVerdict, SentNumber, alike, plain_number
from syncer.core.push_note import push_note
from syncer.push.answer import guarded, is_unsure, number_write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.clock import Clock
    from connectors.okr_tool import OkrStore
    from syncer.core.push import PushDecision
    from syncer.push.numbers import PushNumber
    from syncer.store.store import Store


@dataclass(frozen=True)
class TargetPush:
    """The decision on one number, with all that carrying it out needs.

    `writes` are the number's own in the outbox, oldest first; `shown` is what the tool
    shows. `draft`: what is queued waits for a person.
    """

    store: Store
    tool: OkrStore | SourceError
    clock: Clock
    number: PushNumber
    writes: tuple[OutboxWrite, ...]
    status: TargetStatus | None
    shown: ToolNumber | SourceError | None
    decision: PushDecision
    approved: bool
    draft: bool
    dry: bool

    def carry_out(self) -> PushResult:
        """Do it, and tell what became of it; a dry run only tells."""
        match self.decision.verdict:
            case PushVerdict.NOTHING:
                return self._leave()
            case PushVerdict.HOLD:
                return self._stand(TargetState.HELD, gone=self._unsent)
            case PushVerdict.REFUSE:
                return self._stand(TargetState.REFUSED, gone=self._unsent, failed=True)
            case PushVerdict.WAIT:
                return self._wait()
            case PushVerdict.DRAFT:
                write = self._queued(WriteState.DRAFT)
                return self._stand(TargetState.DRAFT, (write,), self._replaced(write))
            case PushVerdict.WRITE:
                return self._write()

    # --- what is only noted

    def _leave(self) -> PushResult:
        number, problem = self.decision.number, self.decision.problem
        if number is None:
            return self._result(self.status, "no number to write yet")
        changed = [self._arrived()] if self.decision.arrived else []
        if self.decision.adopt:
            changed.append(self._new(WriteState.WRITTEN))
        state = TargetState.HELD if problem else TargetState.WRITTEN
        return self._stand(state, tuple(changed), self._unsent)

    def _wait(self) -> PushResult:
        """Keep what would go out; where nothing new would, the last write stands, with why."""
        outgoing = self.number.outgoing
        last = next((w for w in reversed(self.writes) if w.state is not WriteState.DRAFT), None)
        sent = SentNumber(outgoing.value, outgoing.light) if outgoing.value is not None else None
        if sent is None or (
            last and last.state is not WriteState.WAITING and alike(sent, last.sent)
        ):
            if self.status is None:
                return self._result(None, self.decision.problem or "", failed=True)
            return self._stand(self.status.state, failed=True)
        write = replace(
            self._queued(WriteState.DRAFT if self.draft else WriteState.WAITING),
            problem=self.decision.problem,
        )
        state = TargetState.DRAFT if self.draft else TargetState.WAITING
        return self._stand(state, (write,), self._replaced(write), failed=True)

    # --- what is sent

    def _write(self) -> PushResult:
        repeat = self._pending if self.decision.repeat else None
        write = repeat or self._queued(WriteState.WAITING)
        if self.dry:
            text = f"would write {plain_number(write.value)}{self._replacing()}"
            return self._result(self._standing(TargetState.WRITTEN, write.value), text)
        if self.decision.arrived:
            self.store.note_push(self.number.target, changed=[self._arrived()])
        known = [other for other in self.writes if other not in self._replaced(write)]
        for earlier in known:
            if earlier.state is WriteState.WAITING and earlier.key != write.key:
                # Of a day between, which a tool with dated values hasn't got yet.
                result = self._send(earlier, known)
                if result.verdict is PushVerdict.WAIT:
                    return result
        return self._send(write, known, repeat=repeat is not None, there=self.decision.there)

    def _send(
        self,
        write: OutboxWrite,
        known: Sequence[OutboxWrite],
        *,
        repeat: bool = False,
        there: bool = False,
    ) -> PushResult:
        shown = self.shown.value if isinstance(self.shown, ToolNumber) else None
        sending = replace(
            write,
            state=WriteState.SENDING,
            approved=self.approved,
            tries=write.tries + 1,
            tried_at=self.clock.now(),
            problem=None,
            before=write.before if repeat else shown,
        )
        # Noted before it is sent: whoever finds it so after a kill knows that it may have arrived.
        self.store.note_push(self.number.target, changed=[sending], gone=self._replaced(write))
        call = partial(self._tool.write, number_write(sending, repeat=repeat, there=there))
        answer = guarded(write.target.store, call)
        if isinstance(answer, SourceError):
            return self._failed(sending, answer, repeat=repeat)
        arrived = replace(sending, state=WriteState.WRITTEN, receipt=answer)
        every = [*(other for other in known if other.key != arrived.key), arrived]
        status = self._standing(TargetState.WRITTEN, arrived.value)
        self.store.note_push(self.number.target, status, changed=[arrived], gone=outdated(every))
        return self._result(status, f"wrote {plain_number(write.value)}{self._replacing()}")

    def _failed(self, write: OutboxWrite, error: SourceError, *, repeat: bool) -> PushResult:
        """Note why it didn't go; what may have arrived stays so until reading settles it."""
        maybe = repeat or is_unsure(error)
        refused = isinstance(error, NotFoundError | RejectedError)
        state = WriteState.SENDING if maybe else WriteState.WAITING
        changed = replace(write, state=state, problem=str(error))
        status = self._standing(
            TargetState.REFUSED if refused else TargetState.WAITING, write.value, str(error)
        )
        if refused and not maybe:
            self.store.note_push(self.number.target, status, gone=[write])
        else:
            self.store.note_push(self.number.target, status, changed=[changed])
        verdict = PushVerdict.REFUSE if refused else PushVerdict.WAIT
        return PushResult(self.number.target, verdict, status, str(error), failed=True)

    # --- the parts of it

    @property
    def _unsent(self) -> tuple[OutboxWrite, ...]:
        return superseded(self.writes, "", dated=False)

    @property
    def _pending(self) -> OutboxWrite | None:
        sending = [write for write in self.writes if write.state is WriteState.SENDING]
        return sending[-1] if sending else None

    @property
    def _tool(self) -> OkrStore:
        if isinstance(self.tool, SourceError):  # nothing is decided to be written then
            raise self.tool
        return self.tool

    def _arrived(self) -> OutboxWrite:
        return replace(
            self._pending or self._new(WriteState.WRITTEN), state=WriteState.WRITTEN, problem=None
        )

    def _replaced(self, write: OutboxWrite) -> tuple[OutboxWrite, ...]:
        dated = not isinstance(self.tool, SourceError) and self.tool.can.dated
        older = superseded(self.writes, write.day, dated=dated and not self.draft)
        return tuple(other for other in older if other.key != write.key)

    def _queued(self, state: WriteState) -> OutboxWrite:
        """Give the write that waits with this number already, under its key, or a new one."""
        new = self._new(state)
        for write in self._unsent:
            if write.number is new.number and write.sent == new.sent:
                return replace(write, state=state, approved=self.approved)
        return new

    def _new(self, state: WriteState) -> OutboxWrite:
        number, outgoing = self.number, self.number.outgoing
        sent = self.decision.number or SentNumber(outgoing.value or 0.0, outgoing.light)
        length = NOTE_LENGTH if isinstance(self.tool, SourceError) else self.tool.can.note_length
        return OutboxWrite(
            target=number.target,
            number=outgoing.kind,
            value=sent.value,
            at=number.at,
            day=number.day,
            key=write_key(number.target, sent.value, number.at, self.clock.now()),
            state=state,
            light=sent.light,
            note=push_note(number.facts, length) if number.facts else "",
            about=number.about,
            approved=self.approved,
        )

    def _stand(
        self,
        state: TargetState,
        changed: tuple[OutboxWrite, ...] = (),
        gone: tuple[OutboxWrite, ...] = (),
        *,
        failed: bool = False,
    ) -> PushResult:
        problem = self.decision.problem
        status = self._standing(state, problem=problem)
        if not self.dry and (status != self.status or changed or gone):
            self.store.note_push(self.number.target, status, changed=changed, gone=gone)
        shown = "" if status.value is None else f" {plain_number(status.value)}"
        text = f"{state}{shown}" + (f": {problem}" if problem else "")
        return self._result(status, text, failed=failed)

    def _standing(
        self, state: TargetState, value: float | None = None, problem: str | None = None
    ) -> TargetStatus:
        """Make the status; one that says the same as before is the one from before."""
        number, outgoing = self.decision.number, self.number.outgoing.value
        value = value if value is not None else (number.value if number else outgoing)
        undone = self.status.undone if self.status else None
        if undone and number and not alike(number, undone):
            undone = None
        status = TargetStatus(state, value, self.clock.now(), problem, undone)
        before = self.status
        return before if before and before._replace(at=status.at) == status else status

    def _result(
        self, status: TargetStatus | None, text: str, *, failed: bool = False
    ) -> PushResult:
        return PushResult(self.number.target, self.decision.verdict, status, text, failed)

    def _replacing(self) -> str:
        shown = self.shown.value if isinstance(self.shown, ToolNumber) else None
        return "" if shown is None or self.decision.there else f" over {plain_number(shown)}"

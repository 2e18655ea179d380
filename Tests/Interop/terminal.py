"""A terminal for programs that want one: runs them in a pseudo-terminal and keeps the picture they draw."""

from __future__ import annotations

import asyncio
import codecs
import fcntl
import os
import re
import signal
import struct
import subprocess
import termios
import unicodedata

from waiting import until

FILLER = "\x00"
SEQUENCE = re.compile(r"\x1b\[(\?)?([0-9;]*)([@-~])|\x1b[()].|\x1b[=>78]")


class Screen:
    """What a terminal shows, as far as the programs under test draw: enough to read it, no more."""

    def __init__(self, columns: int, lines: int):
        self.columns, self.lines = columns, lines
        self.modes: set[int] = set()
        self.text = ""
        self.row = self.column = 0
        self.rows: list[str] = [""]
        self._pending = ""

    def feed(self, text: str) -> None:
        self.text += text
        rest = self._pending + text
        self._pending = ""
        while rest:
            if rest[0] == "\x1b":
                found = SEQUENCE.match(rest)
                if found is None:
                    if len(rest) < 16:
                        self._pending = rest
                        return
                    rest = rest[1:]
                    continue
                if found.group(3):
                    self._control(found.group(1), found.group(2), found.group(3))
                rest = rest[found.end() :]
                continue
            self._put(rest[0])
            rest = rest[1:]

    def _put(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character >= " ":
            line = self._line().ljust(self.column)
            self.rows[self.row] = line[: self.column] + character + line[self.column + 1 :]
            self.column += 1
            if unicodedata.east_asian_width(character) in "WF":
                # The second column of a wide character holds nothing of its own.
                self._put_filler()

    def _put_filler(self) -> None:
        line = self._line().ljust(self.column)
        self.rows[self.row] = line[: self.column] + FILLER + line[self.column + 1 :]
        self.column += 1

    def _line(self) -> str:
        while len(self.rows) <= self.row:
            self.rows.append("")
        return self.rows[self.row]

    def _control(self, private: str | None, parameters: str, final: str) -> None:
        numbers = [int(number) if number else 0 for number in parameters.split(";")] if parameters else []
        if private:
            change = self.modes.add if final == "h" else self.modes.discard
            for number in numbers:
                change(number)
        elif final == "H":
            self.row = (numbers[0] if numbers else 1) - 1 if numbers else 0
            self.column = (numbers[1] if len(numbers) > 1 else 1) - 1
        elif final == "K":
            self.rows[self.row : self.row + 1] = [self._line()[: self.column]]
        elif final == "J":
            if numbers == [2]:
                self.rows = [""]
                self._line()
            else:
                self.rows[self.row : self.row + 1] = [self._line()[: self.column]]
                del self.rows[self.row + 1 :]
        elif final == "A":
            self.row = max(0, self.row - (numbers[0] if numbers else 1))
        elif final == "B":
            self.row += numbers[0] if numbers else 1
        elif final == "C":
            self.column += numbers[0] if numbers else 1
        elif final == "D":
            self.column = max(0, self.column - (numbers[0] if numbers else 1))
        elif final == "G":
            self.column = (numbers[0] if numbers else 1) - 1

    @property
    def picture(self) -> str:
        return "\n".join(line.replace(FILLER, "").rstrip() for line in self.rows)


class Terminal:
    """A program in a pseudo-terminal of its own."""

    def __init__(self, arguments: list[str], environment: dict[str, str], columns: int = 100, lines: int = 30):
        self.screen = Screen(columns, lines)
        self.master, self.slave = os.openpty()
        self._set_size(columns, lines)
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            arguments,
            env={"TERM": "xterm-256color", **{k: v for k, v in environment.items() if k not in ("NO_COLOR", "TERM")}},
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            preexec_fn=self._take_terminal,
        )
        os.set_blocking(self.master, False)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        asyncio.get_running_loop().add_reader(self.master, self._read)

    def _take_terminal(self) -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _read(self) -> None:
        try:
            data = os.read(self.master, 65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self.master)
            return
        self.screen.feed(self._decoder.decode(data))

    def resize(self, columns: int, lines: int) -> None:
        self.screen.columns, self.screen.lines = columns, lines
        self._set_size(columns, lines)
        # The kernel tells the foreground group, if the size is another one; once more does no harm.
        self.process.send_signal(signal.SIGWINCH)

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    async def until_shown(self, pattern: str, timeout: float = 15) -> re.Match:
        try:
            return await until(lambda: re.search(pattern, self.screen.picture, re.M), f"{pattern!r} is shown", timeout)
        except AssertionError as late:
            raise AssertionError(f"{late}; the screen shows\n{self.screen.picture}") from None

    async def until_gone(self, pattern: str, timeout: float = 15) -> None:
        await until(lambda: not re.search(pattern, self.screen.picture, re.M), f"{pattern!r} is gone", timeout)

    async def ended(self, timeout: float = 10) -> int:
        await until(lambda: self.process.poll() is not None, "the program ends", timeout)
        return self.process.returncode

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is as the program found it, and its own screen is gone."""
        return termios.tcgetattr(self.slave) == self.before and not self.screen.modes & {1049}

    async def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        asyncio.get_running_loop().remove_reader(self.master)
        os.close(self.master)
        os.close(self.slave)

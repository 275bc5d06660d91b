#!/usr/bin/env python3
"""Starts a program and passes when its window shows data that was received.

    window_shows_data.py SCREENSHOT.png PROGRAM [ARG ...]

The program is built with the cargo feature `inspection`; it is asked for the widgets of its window as a screen reader
would be. They must hold a received record with Chinese text under it, the controls of the classic window, and the
received data must grow. Needs a display, and Debian's python3-msgpack.
"""

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time

import msgpack

START_S = 120
SHOW_S = 60
END_S = 10
MAGIC, VERSION = b"eins", 1
CONTROLS = ("网络设置", "接收设置", "发送设置", "协议类型", "发送")
RECEIVED = re.compile(r"# RECV (ASCII|HEX)/[1-9]\d*( from \S+.*)? <<<")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Failed(Exception):
    pass


class Inspector:
    """A client of egui's inspection protocol: MessagePack behind a length of four bytes, one answer to each request."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        if self._read(8) != MAGIC + struct.pack(">I", VERSION):
            raise Failed(f"port {port} does not speak version {VERSION} of the inspection protocol")

    def _read(self, length):
        data = b""
        while len(data) < length:
            piece = self.socket.recv(length - len(data))
            if not piece:
                raise Failed("the program closed the connection")
            data += piece
        return data

    def ask(self, request):
        body = msgpack.packb(request)
        self.socket.sendall(struct.pack(">I", len(body)) + body)
        (length,) = struct.unpack(">I", self._read(4))
        answer = msgpack.unpackb(self._read(length), strict_map_key=False)
        ((kind, fields),) = answer.items()
        if kind == "Error":
            raise Failed(f"{request}: {fields}")
        return fields

    def texts(self):
        """The name and the value of every widget, in the order of the tree."""
        tree = self.ask("GetTree")[2]
        if tree is None:
            return []
        nodes, root = dict(tree[0]), tree[1]
        texts, waiting = [], [root[0]] if root else []
        while waiting:
            properties = nodes.get(waiting.pop(), [{}])[-1]
            waiting.extend(reversed(properties.get("children", [])))
            name, value = properties.get("label"), properties.get("value")
            texts += [text for text in (name, value if value != name else None) if isinstance(text, str)]
        return texts

    def screenshot(self, path):
        size, png = self.ask({"GetScreenshot": [None]})
        with open(path, "wb") as file:
            file.write(png)
        return size


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connect(program, port):
    deadline = time.monotonic() + START_S
    while True:
        if program.poll() is not None:
            raise Failed(f"the program ended with status {program.returncode}")
        try:
            return Inspector(port)
        except OSError as error:
            if time.monotonic() > deadline:
                raise Failed(f"no window after {START_S} s: {error}") from error
        time.sleep(0.1)


def received_rows(texts):
    """The header lines of received records that have a row of Chinese right under them."""
    return [head for head, row in zip(texts, texts[1:]) if RECEIVED.search(head) and CHINESE.search(row)]


def check(inspector, screenshot):
    deadline = time.monotonic() + SHOW_S
    first = None
    while True:
        texts = inspector.texts()
        missing = [control for control in CONTROLS if not any(text.startswith(control) for text in texts)]
        rows = received_rows(texts)
        if rows and not missing:
            first = first or rows
            if rows[-1] != first[-1]:
                break
        if time.monotonic() > deadline:
            what = f"no {missing}" if missing else "nothing more received" if first else "no received Chinese text"
            inspector.screenshot(screenshot)
            raise Failed(f"after {SHOW_S} s the window shows {what}; it shows:\n" + "\n".join(texts))
        time.sleep(0.2)
    width, height = inspector.screenshot(screenshot)
    print(f"the window ({width}x{height}) shows {rows[-1]}")


def end(program):
    """Ends it by its process id; kills it when it does not end."""
    program.send_signal(signal.SIGTERM)
    try:
        program.wait(END_S)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def main(screenshot, *command):
    port = free_port()
    environment = dict(os.environ, EGUI_INSPECTION=f"127.0.0.1:{port}")
    program = subprocess.Popen(command, env=environment)
    try:
        check(connect(program, port), screenshot)
    finally:
        end(program)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (Failed, OSError) as error:
        sys.exit(f"{sys.argv[0]}: {error}")

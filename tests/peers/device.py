#!/usr/bin/env python3
"""A device that answers by a script, over TCP or UDP.

The one argument is a JSON object: "role" is "listen", "connect" (to "port") or "udp"; "framing" is "lines", or "length"
(4 bytes little endian before each message, as struct.pack("<i", n)); "answers" gives for each request, as text, what
comes back: a list of steps. A step is {"send": text} (framed), {"raw": hex}, {"pieces": [text, size]} (framed, in
pieces of that size), {"wait_ms": n} or {"close": true}. What is not in it is not answered.

It prints its port, or nothing for "connect", and then each request as it came, one JSON string a line.
"""

import json
import socket
import struct
import sys
import time

HOST = "127.0.0.1"


class Lines:
    def wrap(self, message):
        return message + b"\r\n"

    def cut(self, buffer):
        end = buffer.find(b"\n")
        return (None, buffer) if end < 0 else (buffer[:end].rstrip(b"\r"), buffer[end + 1 :])


class Length:
    def wrap(self, message):
        return struct.pack("<i", len(message)) + message

    def cut(self, buffer):
        if len(buffer) < 4:
            return None, buffer
        end = 4 + struct.unpack_from("<i", buffer)[0]
        return (None, buffer) if len(buffer) < end else (buffer[4:end], buffer[end:])


def say(what):
    print(json.dumps(what), flush=True)


def steps_for(script, request):
    return script["answers"].get(request.decode("gbk"), [])


def answer(script, framing, request, send, close):
    """Whether it goes on."""
    for step in steps_for(script, request):
        if "send" in step:
            send(framing.wrap(step["send"].encode("gbk")))
        elif "raw" in step:
            send(bytes.fromhex(step["raw"]))
        elif "pieces" in step:
            text, size = step["pieces"]
            message = framing.wrap(text.encode("gbk"))
            for start in range(0, len(message), size):
                send(message[start : start + size])
                time.sleep(0.002)  # so that the pieces are read one by one
        elif "wait_ms" in step:
            time.sleep(step["wait_ms"] / 1000)
        elif "close" in step:
            close()
            return False
    return True


def serve_stream(script, stream):
    framing = {"lines": Lines, "length": Length}[script["framing"]]()
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffer = b""
    while data := stream.recv(65536):
        buffer += data
        while True:
            request, buffer = framing.cut(buffer)
            if request is None:
                break
            say(request.decode("gbk"))
            if not answer(script, framing, request, stream.sendall, stream.close):
                return


def serve_datagrams(script, bound):
    class Bare:
        def wrap(self, message):
            return message

    while True:
        request, sender = bound.recvfrom(65536)
        say(request.decode("gbk"))
        answer(script, Bare(), request, lambda data: bound.sendto(data, sender), bound.close)


def main():
    script = json.loads(sys.argv[1])
    if script["role"] == "connect":
        serve_stream(script, socket.create_connection((HOST, script["port"])))
        return
    kind = socket.SOCK_DGRAM if script["role"] == "udp" else socket.SOCK_STREAM
    bound = socket.socket(socket.AF_INET, kind)
    bound.bind((HOST, 0))
    if script["role"] == "listen":
        bound.listen()
    say(bound.getsockname()[1])
    if script["role"] == "udp":
        serve_datagrams(script, bound)
    else:
        serve_stream(script, bound.accept()[0])


main()

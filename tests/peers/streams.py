#!/usr/bin/env python3
"""Messages in TCP streams, in plain Python: streams.py PROGRAM ARGUMENTS

Everything is sent in odd pieces that do not care where a message ends. A server listens on a free port of 127.0.0.1 and
says the port on the first line.
"""

import hashlib
import http.server
import json
import random
import socket
import struct
import sys

PIECES = [1, 2, 3, 5, 1009, 4093, 65537]
# The lengths of length-prefixed messages; their bytes are random, with the length as the seed.
LENGTHS = [0, 1, 1000, 1 << 20, 5]


def message(length):
    return random.Random(length).randbytes(length)


def send_in_pieces(stream, data):
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sizes, at = random.Random(len(data)), 0
    while at < len(data):
        size = sizes.choice(PIECES)
        stream.sendall(data[at : at + size])
        at += size


def receive(stream, length):
    data = b""
    while len(data) < length:
        piece = stream.recv(length - len(data))
        if not piece:
            raise EOFError(f"{len(data)} of {length} bytes")
        data += piece
    return data


def connect(port):
    return socket.create_connection(("127.0.0.1", int(port)))


def accept():
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    return listener.accept()[0]


# --- a length before each message -------------------------------------------------------------------------------------


def lengths(stream, order):
    """Sends all messages at once, takes them back, and says how they came."""
    field = struct.Struct(order + "i")
    send_in_pieces(stream, b"".join(field.pack(length) + message(length) for length in LENGTHS))
    for expected in LENGTHS:
        (length,) = field.unpack(receive(stream, field.size))
        print(length, "same" if receive(stream, length) == message(expected) else "different", flush=True)


# --- SLIP (RFC 1055), after the C code there --------------------------------------------------------------------------

END, ESC, ESC_END, ESC_ESC = 0o300, 0o333, 0o334, 0o335


def slip(packet):
    out = bytearray([END])  # flushes the noise before it
    for byte in packet:
        if byte == END:
            out += bytes([ESC, ESC_END])
        elif byte == ESC:
            out += bytes([ESC, ESC_ESC])
        else:
            out.append(byte)
    out.append(END)
    return bytes(out)


def receive_slip(stream):
    packet = bytearray()
    while True:
        (byte,) = receive(stream, 1)
        if byte == END:
            if packet:
                return bytes(packet)
        elif byte == ESC:
            (byte,) = receive(stream, 1)
            packet.append({ESC_END: END, ESC_ESC: ESC}.get(byte, byte))
        else:
            packet.append(byte)


def slip_packets(stream, count):
    """Sends packets of every byte, takes as many, and says them in HEX."""
    packets = [bytes([END]), bytes([ESC]), bytes(range(256)), b"\x00", bytes([END, ESC] * 500), message(3000)]
    send_in_pieces(stream, b"".join(map(slip, packets)))
    for _ in range(int(count)):
        print(receive_slip(stream).hex(), flush=True)


# --- JSON -------------------------------------------------------------------------------------------------------------


def values(stream):
    """Sends values without anything between them, with blanks, and with line ends; in UTF-8 and escaped."""
    reading = {"名称": "温度 🌡", "值": [23.5, -1e-3, None, True], "嵌套": {"a": {"b": [[], {}]}}, "引号": '"}]\\'}
    data = b"".join(json.dumps({**reading, "n": n}, ensure_ascii=n % 2 == 0).encode() for n in range(50))
    data += b"\n".join(json.dumps({"n": n}, indent=2).encode() for n in range(50, 100)) + b"\r\n"
    data += json.dumps(["长" * 100_000], ensure_ascii=False).encode() + b' "text" 42 \n'
    send_in_pieces(stream, data)
    stream.shutdown(socket.SHUT_WR)
    print(hashlib.sha256(data).hexdigest(), flush=True)


# --- HTTP with chunks -------------------------------------------------------------------------------------------------


class Chunks(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/plain":
            body = b"Content-Length: 0\r\n\r\nnot a head"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Trailer", "Checksum")
        self.end_headers()
        body = message(100_000)
        chunks = b""
        while body:
            piece, body = body[:7001], body[7001:]
            chunks += b"%X;ext=1\r\n%b\r\n" % (len(piece), piece)
        send_in_pieces(self.connection, chunks + b"0\r\nChecksum: 1\r\n\r\n")

    def log_message(self, *_):
        pass


def chunks():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Chunks)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    programs = {
        "length-client": lambda port, order: lengths(connect(port), order),
        "length-server": lambda order: lengths(accept(), order),
        "slip-client": lambda port, count: slip_packets(connect(port), count),
        "json-client": lambda port: values(connect(port)),
        "chunks": chunks,
    }
    programs[sys.argv[1]](*sys.argv[2:])
    sys.stdin.read()  # the connection stays open until the test has seen everything

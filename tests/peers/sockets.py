#!/usr/bin/env python3
"""Sockets that a test drives, one command a line.

Each line on stdin is a JSON object: "op" names a method of Peer, the rest are its arguments. Each is answered by one
line on stdout: the result as a JSON object, or {"error": …}. The program ends with its stdin.

Bytes travel as {"hex": …}. A text is sent as {"text": …, "charset": …} and encoded here, by Python's own codecs;
where a command that receives is given a charset, the answer has the text too.
"""

import hashlib
import ipaddress
import json
import random
import socket
import struct
import sys
import threading

CHUNK = 256 * 1024


def payload(hex=None, text=None, charset=None):
    return bytes.fromhex(hex) if text is None else text.encode(charset)


def received(data, charset):
    answer = {"hex": data.hex()}
    if charset is not None:
        answer["text"] = data.decode(charset)
    return answer


def family(host):
    return socket.AF_INET if ipaddress.ip_address(host).version == 4 else socket.AF_INET6


class Peer:
    def __init__(self):
        self.bound = None  # what `udp` or `listen` opened
        self.stream = None  # what `accept` or `connect` gave

    # --- datagrams ----------------------------------------------------------------------------------------------

    def udp(self, host, broadcast=False):
        self.bound = socket.socket(family(host), socket.SOCK_DGRAM)
        if broadcast:
            self.bound.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.bound.bind((host, 0))
        return {"port": self.bound.getsockname()[1]}

    def join(self, group, interface):
        addresses = socket.inet_aton(group) + socket.inet_aton(interface)
        self.bound.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, addresses)
        self.bound.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))

    def send_to(self, host, port, **what):
        return {"sent": self.bound.sendto(payload(**what), (host, port))}

    def receive_from(self, charset=None):
        data, address = self.bound.recvfrom(1 << 16)
        return {"host": address[0], "port": address[1], **received(data, charset)}

    # --- streams ------------------------------------------------------------------------------------------------

    def listen(self, host, port=0):
        self.bound = socket.socket(family(host), socket.SOCK_STREAM)
        self.bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.bound.bind((host, port))
        self.bound.listen()
        return {"port": self.bound.getsockname()[1]}

    def accept(self):
        self.stream, address = self.bound.accept()
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return {"host": address[0], "port": address[1]}

    def connect(self, host, port):
        self.stream = socket.create_connection((host, port))
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return {"port": self.stream.getsockname()[1]}

    def send(self, **what):
        self.stream.sendall(payload(**what))

    def receive(self, length, charset=None):
        data = b""
        while len(data) < length:
            piece = self.stream.recv(length - len(data))
            if not piece:
                raise EOFError(f"the stream ended after {len(data)} of {length} bytes")
            data += piece
        return received(data, charset)

    def receive_to_end(self, charset=None):
        data = b""
        while piece := self.stream.recv(CHUNK):
            data += piece
        return received(data, charset)

    def exchange(self, send, receive):
        """Sends and receives so many bytes at the same time; the answer has the hashes of both."""
        sent = hashlib.sha256()

        def give():
            generator, left = random.Random(send), send
            while left:
                piece = generator.randbytes(min(CHUNK, left))
                sent.update(piece)
                self.stream.sendall(piece)
                left -= len(piece)

        giver = threading.Thread(target=give, daemon=True)
        giver.start()
        taken, left = hashlib.sha256(), receive
        while left:
            piece = self.stream.recv(min(CHUNK, left))
            if not piece:
                raise EOFError(f"the stream ended {left} bytes too early")
            taken.update(piece)
            left -= len(piece)
        giver.join()
        return {"sent": sent.hexdigest(), "received": taken.hexdigest()}

    def flood(self):
        """Sends until it is killed, or the other side is gone."""
        while True:
            self.stream.sendall(bytes(CHUNK))

    def finish(self):
        self.stream.shutdown(socket.SHUT_WR)

    def reset(self):
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()

    def close(self):
        self.stream.close()


def main():
    peer = Peer()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = getattr(peer, command.pop("op"))(**command) or {}
        except (OSError, EOFError, UnicodeError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Clients of automatic answers, as the tutorials write them. One line of JSON on stdout says how it went.

answers.py ask PORT N        one request after the other, each answered before the next
answers.py pipeline PORT N   all requests at once, in odd pieces; the answers are read beside them
answers.py udp PORT N        the same over datagrams, one after the other
answers.py file PORT NAME    sends a name, receives until the server closes
answers.py prefixed PORT N   N names on one connection, each answered by a length and so many bytes
answers.py chat PORT N       N clients; each must hear all others, in order
"""

import hashlib
import json
import random
import socket
import statistics
import struct
import sys
import threading
import time

HOST = "127.0.0.1"
PATIENCE = 60


def connected(port):
    client = socket.create_connection((HOST, port), PATIENCE)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def request(number):
    return f"SET t{number % 7}={number}\r\n".encode()


def expected(number):
    return f"OK {number} for t{number % 7} #{number}\r\n".encode()


def ask(port, count):
    client = connected(port)
    replies = client.makefile("rb")
    wrong, times = 0, []
    for number in range(count):
        start = time.perf_counter()
        client.sendall(request(number))
        reply = replies.readline()
        times.append(time.perf_counter() - start)
        wrong += reply != expected(number)
    return {"wrong": wrong, "median_ms": statistics.median(times) * 1000}


def pipeline(port, count):
    client = connected(port)
    whole = b"".join(map(request, range(count)))

    def send():
        odd, at = random.Random(5), 0
        while at < len(whole):
            end = at + odd.randint(1, 3000)
            client.sendall(whole[at:end])
            at = end

    sender = threading.Thread(target=send)
    sender.start()
    replies = client.makefile("rb")
    wrong = sum(replies.readline() != expected(number) for number in range(count))
    sender.join()
    return {"wrong": wrong}


def udp(port, count):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(PATIENCE)
    client.connect((HOST, port))
    wrong = 0
    for number in range(count):
        client.send(request(number).strip())
        wrong += client.recv(2000) != expected(number)
    return {"wrong": wrong}


def file(port, name):
    client = connected(port)
    client.send(name.encode("gbk"))
    digest, size = hashlib.sha256(), 0
    while data := client.recv(4096):
        digest.update(data)
        size += len(data)
    return {"sha256": digest.hexdigest(), "size": size}


def receive_exactly(client, size):
    data = b""
    while len(data) < size:
        piece = client.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def prefixed(port, count):
    client = connected(port)
    wrong = 0
    for number in range(int(count)):
        client.send(f"{number}.txt".encode())
        (size,) = struct.unpack("i", receive_exactly(client, 4))
        wrong += receive_exactly(client, size) != f"content of {number}".encode() * number
    return {"wrong": wrong}


def chat(port, count):
    clients = [connected(port) for _ in range(count)]
    wrong = []

    def take_part(me, client):
        client.sendall(f"/name p{me}\n".encode())
        for number in range(10):
            client.sendall(f"said {number}\n".encode())
        heard, lines = {}, client.makefile("r", encoding="utf-8", newline="\n")
        while sum(map(len, heard.values())) < 10 * (count - 1):
            line = lines.readline().rstrip("\r\n")
            if not line.startswith("*"):
                name, said = line.split(": ", 1)
                heard.setdefault(name, []).append(said)
        if len(heard) != count - 1 or any(said != [f"said {n}" for n in range(10)] for said in heard.values()):
            wrong.append(me)

    threads = [threading.Thread(target=take_part, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"wrong": len(wrong)}


what, port, argument = sys.argv[1], int(sys.argv[2]), sys.argv[3]
run = globals()[what]
print(json.dumps(run(port, argument if what == "file" else int(argument))), flush=True)

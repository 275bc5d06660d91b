#!/usr/bin/env python3
"""The programs that Chinese tutorials of Python sockets write, in plain Python: tutorials.py PROGRAM ARGUMENTS

A server listens on a free port of 127.0.0.1, says the port on the first line and serves until it is killed.
"""

import hashlib
import os
import socket
import socketserver
import struct
import subprocess
import sys


def serve(handle):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            handle(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


def receive(stream, length):
    data = bytearray()
    while len(data) < length:
        piece = stream.recv(min(length - len(data), 65536))
        if not piece:
            raise EOFError(f"{len(data)} of {length} bytes")
        data += piece
    return bytes(data)


# --- 文件下载器 -------------------------------------------------------------------------------------------------------


def download_server(folder, prefix, encoding):
    """The client sends a file's name; the server sends the file and closes.

    The prefix is that of `struct.pack`, `line` for a line of digits, or `none`; a file that is not there has no answer
    without one, and the length -1 with one.
    """

    def length(number):
        if prefix == "none":
            return b""
        return b"%d\n" % number if prefix == "line" else struct.pack(prefix, number)

    def handle(client):
        name = client.recv(1024).decode(encoding).strip()
        try:
            with open(os.path.join(folder, name), "rb") as file:
                client.sendall(length(os.fstat(file.fileno()).st_size))
                while piece := file.read(1024):
                    client.sendall(piece)
        except FileNotFoundError:
            client.sendall(length(-1))

    serve(handle)


def download_client(port, name, encoding, prefix):
    """Sends a file's name, and says how long what comes is, and its SHA-256."""
    client = socket.create_connection(("127.0.0.1", int(port)))
    client.send(name.encode(encoding))
    if prefix == "none":
        data = bytearray()
        while piece := client.recv(1024):
            data += piece
    else:
        (length,) = struct.unpack(prefix, receive(client, struct.calcsize(prefix)))
        data = receive(client, length)
    client.close()
    print(len(data), hashlib.sha256(data).hexdigest(), flush=True)


# --- 远程执行命令 -----------------------------------------------------------------------------------------------------


def command_server():
    """Runs the commands of clients, and answers as Windows would: with the output in GBK after its length."""

    def handle(client):
        while True:
            try:
                (length,) = struct.unpack("i", receive(client, 4))
            except EOFError:
                return
            command = receive(client, length).decode("gbk")
            done = subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            output = done.stdout.decode("utf-8").encode("gbk")
            client.send(struct.pack("i", len(output)))
            client.sendall(output)

    serve(handle)


def command_client(port, *commands):
    """Sends commands, and says what each answered, on one line."""
    client = socket.create_connection(("127.0.0.1", int(port)))
    for command in commands:
        data = command.encode("gbk")
        client.send(struct.pack("i", len(data)) + data)
        (length,) = struct.unpack("i", receive(client, 4))
        print(receive(client, length).decode("gbk").replace("\n", "|"), flush=True)
    client.close()


if __name__ == "__main__":
    programs = {
        "download-server": download_server,
        "download-client": download_client,
        "command-server": command_server,
        "command-client": command_client,
    }
    programs[sys.argv[1]](*sys.argv[2:])

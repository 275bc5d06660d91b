#!/usr/bin/env python3
"""Many clients of one TCP server: clients.py PORT CLIENTS MESSAGES

Each client sends its numbered messages, `0007:042\\n`, and waits for each to come back before the next, but the first
client: it sends all of its messages and never reads. When all the others have all of their answers the program prints
`answered`, and ends with its stdin: until then every connection stays open.
"""

import asyncio
import resource
import socket
import sys

HOST = "127.0.0.1"


def message(client, number):
    return b"%04d:%03d\n" % (client, number)


async def never_reads(port, messages):
    stream = socket.socket()
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stream.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(stream, (HOST, port))
    await loop.sock_sendall(stream, b"".join(message(0, number) for number in range(messages)))
    return stream


async def talks(client, port, messages):
    reader, writer = await asyncio.open_connection(HOST, port)
    for number in range(messages):
        sent = message(client, number)
        writer.write(sent)
        answer = await reader.readexactly(len(sent))
        if answer != sent:
            raise ValueError(f"client {client} sent {sent} and received {answer}")
    return writer


async def main(port, clients, messages):
    slow = await never_reads(port, messages)
    open_ones = await asyncio.gather(*(talks(client, port, messages) for client in range(1, clients)))
    print("answered", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    slow.close()
    for writer in open_ones:
        writer.close()


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(main(*map(int, sys.argv[1:])))

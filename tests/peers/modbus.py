#!/usr/bin/env python3
"""pymodbus as a peer of Modbus/TCP: modbus.py server, or modbus.py client PORT

The server listens on a free port of 127.0.0.1 and says it; its holding registers are 1000, 1001, … from 0 on. The client
reads and writes registers, and says what it got.
"""

import asyncio
import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice


async def serve():
    registers = [SimData(0, values=list(range(1000, 1200)), datatype=DataType.REGISTERS)]
    server = ModbusTcpServer(SimDevice(1, simdata=registers), address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


def ask(port):
    with ModbusTcpClient("127.0.0.1", port=port, timeout=60, retries=0) as client:
        print(client.read_holding_registers(16, count=3, device_id=1).registers, flush=True)
        written = client.write_register(7, 0xBEEF, device_id=1)
        print(written.address, written.registers, flush=True)
        print(client.read_coils(0, count=1, device_id=1).exception_code, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "server":
        asyncio.run(serve())
    else:
        ask(int(sys.argv[2]))

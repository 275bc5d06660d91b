"""Checksums by other people's programs: a request in JSON on each line of stdin, an answer on each line of stdout.

A request has a checksum's name and bytes in HEX; the answer is what each program that knows the name makes of them.
"""

import functools
import json
import operator
import sys
import zlib

import crccheck.checksum
import crccheck.crc
import crcmod.predefined
from pymodbus.framer import FramerAscii, FramerRTU

# The names of crcmod. Its crc-64 and crc-64-jones are in no catalogue.
CRCMOD = {
    "CRC-8/DARC": "crc-8-darc",
    "CRC-8/I-CODE": "crc-8-i-code",
    "CRC-8/I-432-1": "crc-8-itu",
    "CRC-8/MAXIM-DOW": "crc-8-maxim",
    "CRC-8/ROHC": "crc-8-rohc",
    "CRC-8/SMBUS": "crc-8",
    "CRC-8/WCDMA": "crc-8-wcdma",
    "CRC-16/ARC": "crc-16",
    "CRC-16/DDS-110": "crc-16-dds-110",
    "CRC-16/DECT-R": "crc-16-dect",
    "CRC-16/DNP": "crc-16-dnp",
    "CRC-16/EN-13757": "crc-16-en-13757",
    "CRC-16/GENIBUS": "crc-16-genibus",
    "CRC-16/IBM-3740": "crc-ccitt-false",
    "CRC-16/IBM-SDLC": "x-25",
    "CRC-16/KERMIT": "kermit",
    "CRC-16/MAXIM-DOW": "crc-16-maxim",
    "CRC-16/MCRF4XX": "crc-16-mcrf4xx",
    "CRC-16/MODBUS": "modbus",
    "CRC-16/RIELLO": "crc-16-riello",
    "CRC-16/SPI-FUJITSU": "crc-aug-ccitt",
    "CRC-16/T10-DIF": "crc-16-t10-dif",
    "CRC-16/TELEDISK": "crc-16-teledisk",
    "CRC-16/UMTS": "crc-16-buypass",
    "CRC-16/USB": "crc-16-usb",
    "CRC-16/XMODEM": "xmodem",
    "CRC-24/FLEXRAY-A": "crc-24-flexray-a",
    "CRC-24/FLEXRAY-B": "crc-24-flexray-b",
    "CRC-24/OPENPGP": "crc-24",
    "CRC-32/AIXM": "crc-32q",
    "CRC-32/BASE91-D": "crc-32d",
    "CRC-32/BZIP2": "crc-32-bzip2",
    "CRC-32/CKSUM": "posix",
    "CRC-32/ISCSI": "crc-32c",
    "CRC-32/ISO-HDLC": "crc-32",
    "CRC-32/JAMCRC": "jamcrc",
    "CRC-32/MPEG-2": "crc-32-mpeg",
    "CRC-32/XFER": "xfer",
    "CRC-64/WE": "crc-64-we",
}

CRCCHECK = {name: algorithm for algorithm in crccheck.crc.ALLCRCCLASSES for name in algorithm._names}


def fletcher(numbers, bits):
    """By the definition: no modulus before the end."""
    modulus = 2**bits - 1
    low = sum(numbers)
    high = sum((len(numbers) - index) * number for index, number in enumerate(numbers))
    return (high % modulus) << bits | low % modulus


def words(data):
    padded = data + b"\0" * (len(data) % 2)
    return [int.from_bytes(padded[at : at + 2], "little") for at in range(0, len(padded), 2)]


def swapped(number):
    return int.from_bytes(number.to_bytes(2, "big"), "little")


OTHERS = {
    "Negative": {"python": lambda data: -sum(data) & 0xFF},
    "Sum": {"python": lambda data: sum(data) & 0xFF, "crccheck": crccheck.checksum.Checksum8.calc},
    "XOR": {
        "python": lambda data: functools.reduce(operator.xor, data, 0),
        "crccheck": crccheck.checksum.ChecksumXor8.calc,
    },
    "LRC": {"pymodbus": FramerAscii.compute_LRC},
    "Sum-16": {"python": lambda data: sum(data) & 0xFFFF},
    "Sum-32": {"python": lambda data: sum(data) & 0xFFFFFFFF},
    "Fletcher-16": {"python": lambda data: fletcher(data, 8)},
    "Fletcher-32": {"python": lambda data: fletcher(words(data), 16)},
    "Adler-32": {"zlib": zlib.adler32},
    "CRC-32/ISO-HDLC": {"zlib": zlib.crc32},
    # pymodbus gives the code as it reads in the order in which it goes out.
    "CRC-16/MODBUS": {"pymodbus": lambda data: swapped(FramerRTU.compute_CRC(data))},
}


def programs(name):
    found = dict(OTHERS.get(name, {}))
    if name in CRCCHECK:
        found["crccheck"] = CRCCHECK[name].calc
    if name in CRCMOD:
        found["crcmod"] = crcmod.predefined.mkPredefinedCrcFun(CRCMOD[name])
    return found


for line in sys.stdin:
    request = json.loads(line)
    data = bytes.fromhex(request["hex"])
    # As text: JSON's numbers are too small for 82 bits.
    answer = {program: str(calculate(data)) for program, calculate in programs(request["name"]).items()}
    print(json.dumps(answer), flush=True)

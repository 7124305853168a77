"""Ports of the loopback that nothing listens on, below those the kernel hands out itself.

A port from the kernel's own range may be taken for somebody's outgoing connection before a node
listens on it. Prints as many as the argument says.
"""

import random
import socket
import sys


def free_ports(count):
    """That many different ports; other processes may take them before they are used."""
    ports = set()
    while len(ports) < count:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.add(port)
    return list(ports)


if __name__ == "__main__":
    print(*free_ports(int(sys.argv[1])))

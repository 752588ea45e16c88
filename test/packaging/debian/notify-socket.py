"""Stands for systemd: listens at the socket of argv[1], prints each line that it is told."""
import os
import socket
import sys

listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listening.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
while True:
    text, handles, _, _ = socket.recv_fds(listening, 4096, 8)
    print(text.decode().strip().replace("\n", " "), flush=True)
    # systemd-notify waits until its barrier is closed.
    for handle in handles:
        os.close(handle)

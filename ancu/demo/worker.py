"""python -m ancu.demo.worker PORT: wait for the web server, print its address and accounts, then run the jobs."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

MANAGE = [sys.executable, "-m", "ancu", "manage"]
REPORT_EVERY_S = 10.0
STARTING = "Máy chủ đang khởi động, đã {seconds:.0f} giây / The web server is starting, {seconds:.0f} s so far ..."
ANNOUNCEMENT = """
An Cư đang chạy tại / is served at:  {address}
API:                                {address}api/v1/openapi.json
"""
FAREWELL = """
Ctrl-C để dừng; dữ liệu đã nhập được giữ lại (`make demo-reset` hoặc `ancu demo --reset`: làm lại từ đầu).
Ctrl-C stops it; what was entered is kept (`make demo-reset` or `ancu demo --reset` starts over).
"""


def main(port: int) -> None:
    """Wait until the web server answers, however long, then replace this process by the worker."""
    address = f"http://127.0.0.1:{port}/"
    wait_until_answering(address)
    print(ANNOUNCEMENT.format(address=address))  # noqa: T201 -- the demo's terminal
    subprocess.run([*MANAGE, "demo_accounts"], check=True)
    print(FAREWELL, flush=True)  # noqa: T201
    os.execv(MANAGE[0], [*MANAGE, "procrastinate", "worker"])  # noqa: S606 -- our own interpreter


def wait_until_answering(address: str) -> None:
    """Wait until the address answers with any status, reporting the elapsed seconds now and then."""
    began = reported = time.monotonic()
    while not _is_answering(address):
        now = time.monotonic()
        if now - reported >= REPORT_EVERY_S:
            reported = now
            print(STARTING.format(seconds=now - began), flush=True)  # noqa: T201
        time.sleep(0.05)


def _is_answering(address: str) -> bool:
    """Whether the address answers with any status."""
    try:
        with urllib.request.urlopen(address, timeout=10):  # noqa: S310 -- our own address
            return True
    except urllib.error.HTTPError:
        return True  # any HTTP status means that the server is up
    except OSError:
        return False


if __name__ == "__main__":
    main(int(sys.argv[1]))

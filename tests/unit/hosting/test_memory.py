"""What a process does with memory that it has let go of."""

import platform
import subprocess
import sys

_GROWN = """
import ctypes
from shared.hosting.memory import give_large_back

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd".split()]
    _fields_ += [(f"more{n}", ctypes.c_size_t) for n in range(5)]

info = ctypes.CDLL(None).mallinfo2
info.restype = Info
if GIVES:
    give_large_back()
largest = bytes(8 * 1024 * 1024)
del largest  # from here on the allocator keeps what is smaller, left to itself
before = info().hblks
large = bytes(1024 * 1024)
print(info().hblks - before)
"""


def _mapped(gives: bool) -> int:
    """How many pieces of memory a process maps for one large buffer, after it had a larger one."""
    script = _GROWN.replace("GIVES", str(gives))
    return int(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout)


def test_a_large_buffer_lies_by_itself_where_that_is_asked_for() -> None:
    if platform.libc_ver()[0] == "glibc":
        assert (_mapped(False), _mapped(True)) == (0, 1)
    else:
        subprocess.run(
            [sys.executable, "-c", "from shared.hosting.memory import give_large_back as g; g()"], check=True
        )

"""Points of edwards25519 in plain arithmetic (RFC 8032, section 5.1), to make the signatures that no library makes.

Slow, not constant in time, and only for writing test vectors.
"""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P

Point = tuple[int, int]
IDENTITY: Point = (0, 1)


def add(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    k = _D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P)


def multiply(factor: int, point: Point) -> Point:
    total = IDENTITY
    while factor:
        if factor & 1:
            total = add(total, point)
        point = add(point, point)
        factor >>= 1
    return total


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point:
    """Return the point of an encoding, also of a non-canonical one; ValueError where there is none."""
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255 % P, number >> 255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P:
        raise ValueError("not on the curve")
    return (P - x if x & 1 != sign else x) % P, y


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def torsion() -> Point:
    """Return a point of order 8."""
    for y in range(2, 100):
        try:
            point = multiply(L, decode(y.to_bytes(32, "little")))
        except ValueError:
            continue
        if multiply(4, point) != IDENTITY:
            return point
    raise ValueError("no point of order 8 found")


def scalar(seed: bytes) -> int:
    """Return the secret scalar of a seed."""
    clamped = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    return clamped & (1 << 254) - 8 | 1 << 254


def challenge(r: bytes, public: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L


def sign_with(*, scalar_a: int, public: bytes, message: bytes, nonce: int, r: bytes | None = None) -> bytes:
    """Sign with a chosen nonce and, where given, a chosen encoding of R in place of nonce * B."""
    r = encode(multiply(nonce, BASE)) if r is None else r
    s = (nonce + challenge(r, public, message) * scalar_a) % L
    return r + s.to_bytes(32, "little")


def equation_holds(*, public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether SB = R + kA without cofactor, for any points and any S."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    right = add(decode(r), multiply(challenge(r, public, message), decode(public)))
    return multiply(s % L, BASE) == right

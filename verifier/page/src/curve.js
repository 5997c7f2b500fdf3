// Whether 32 bytes are a key: canonical, on the curve and of order L (signature.md, rule 1).
//
// Browsers verify signatures but have no call that judges a key. This is asked of public keys alone, so nothing here
// needs to take the same time for every input.

const P = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * power(121666n, P - 2n));
const SQRT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);
const NEUTRAL = [0n, 1n, 1n, 0n];

function modulo(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  for (let square = modulo(base), left = exponent; left > 0n; left >>= 1n, square = square * square % P) {
    if (left & 1n) result = result * square % P;
  }
  return result;
}

/** The point with this spelling in extended coordinates, or null where there is none. */
function decode(bytes) {
  const number = Array.from(bytes).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const sign = number >> 255n;
  const y = number & (2n ** 255n - 1n);
  if (y >= P) return null;
  const [over, under] = [modulo(y * y - 1n), modulo(D * y * y + 1n)];
  // x = sqrt(over / under), by one power (RFC 8032, 5.1.3).
  let x = over * power(under, 3n) % P * power(over * power(under, 7n), (P - 5n) / 8n) % P;
  if (modulo(under * x * x - over) !== 0n) x = x * SQRT_OF_MINUS_1 % P;
  if (modulo(under * x * x - over) !== 0n || (x === 0n && sign === 1n)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, x * y % P];
}

/** The sum of two points; complete on this curve, so it doubles as well. */
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = modulo((y1 - x1) * (y2 - x2));
  const b = (y1 + x1) * (y2 + x2) % P;
  const c = 2n * t1 * D % P * t2 % P;
  const d = 2n * z1 * z2 % P;
  const [e, f, g, h] = [b - a, modulo(d - c), d + c, b + a];
  return [modulo(e * f), g * h % P, f * g % P, modulo(e * h)];
}

function times(point, scalar) {
  let [result, doubled] = [NEUTRAL, point];
  for (let left = scalar; left > 0n; left >>= 1n, doubled = add(doubled, doubled)) {
    if (left & 1n) result = add(result, doubled);
  }
  return result;
}

function isNeutral([x, y, z]) {
  return x === 0n && y === z;
}

/** Whether 32 bytes are a canonical point of order L. */
export function isPrimeOrderPoint(bytes) {
  const point = decode(bytes);
  return point !== null && !isNeutral(point) && isNeutral(times(point, L));
}

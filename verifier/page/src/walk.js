// The walk of a gift (books.md): an interval of positions carried along the moves and splits that a receipt shows.
//
// A piece is {account, u, v, at, refund, trail}: [u, v) of an account, since leaf `at`; positions are BigInts. Its
// trail is where it has been: [{account, at, share}], a share being the terms' split that brought it there, or null.

const ENDS = Object.freeze(["world", "own", "spent", "premium", "out", "paid"]);

export function classOf(account) {
  return account.slice(0, account.indexOf("/"));
}

/** Carry a piece through moves ([{index, move, refund}], in order); what rests where, and each hop on the way. */
export function walk(piece, moves) {
  let pieces = [piece];
  const hops = [];
  for (const { index, move, refund } of moves) {
    const [source, start] = "split" in move ? [move.split, move.pos] : [move.from, move.from_pos];
    const [from, to] = [BigInt(start), BigInt(start) + BigInt(move.amount)];
    const next = [];
    for (const one of pieces) {
      if (one.account !== source || one.u >= to || one.v <= from || ENDS.includes(classOf(one.account))) {
        next.push(one);
        continue;
      }
      const [u, v] = [one.u > from ? one.u : from, one.v < to ? one.v : to];
      if (one.u < u) next.push({ ...one, v: u });
      for (const [account, left, right, share] of imageOf(move, u, v)) {
        const trail = [...one.trail, { account, at: index, share }];
        next.push({ account, u: left, v: right, at: index, refund, trail });
        hops.push({ at: index, source, to: account, amount: right - left });
      }
      if (v < one.v) next.push({ ...one, u: v });
    }
    pieces = next;
  }
  return { pieces, hops: mergeHops(hops) };
}

/** Where [u, v) of a move or split goes; empty pieces are dropped. */
function imageOf(move, u, v) {
  if (!("split" in move)) {
    const shift = BigInt(move.to_pos) - BigInt(move.from_pos);
    return [[move.to, u + shift, v + shift, null]];
  }
  const [num, den, pos] = [move.num, move.den, move.pos].map(BigInt);
  const share = (position) => position * num / den;
  const first = (position) => BigInt(move.to_pos) + share(position) - share(pos);
  const rest = (position) => BigInt(move.rest_pos) + (position - share(position)) - (pos - share(pos));
  return [
    [move.to, first(u), first(v), [move.num, move.den]], [move.rest, rest(u), rest(v), [move.den - move.num, move.den]],
  ].filter(([, left, right]) => left < right);
}

/** Hops of one leaf between the same accounts are one. */
function mergeHops(hops) {
  const merged = [];
  for (const hop of hops) {
    const same = merged.find(({ at, source, to }) => at === hop.at && source === hop.source && to === hop.to);
    if (same === undefined) merged.push({ ...hop });
    else same.amount += hop.amount;
  }
  return merged;
}

/** Judge one resting piece by the rows and absences that the receipt proves: parts {account, amount, state, asOf}. */
export function judge(piece, { rowOf, isUntouched, balance, refuse, cannotTell }) {
  const { account, u, v, at, trail } = piece;
  const whole = (state, asOf) => [{ account, amount: v - u, state, asOf, trail }];
  const kind = classOf(account);
  if (kind === "world") return whole("given back", at);
  if (kind === "premium") return whole("risk passed", at);
  if (["own", "spent", "out"].includes(kind)) return whole("spent", at);
  const shown = rowOf(kind === "claims" ? "published" : "accounts", account);
  if (shown === undefined) return cannotTell(`no row of ${account} is shown`);
  if (shown.row === null) {
    // A transit account goes when it is empty; all others stay, so none that was there at the balance has no row.
    if (at <= balance) refuse(`${account}: it was gone by leaf ${balance}, and no move out of it is shown`);
    return whole("arrived since", balance);
  }
  const [nextOut, into] = [BigInt(shown.row.next_out), BigInt(shown.row.in)];
  const [asOf, states] = kind === "claims"
    ? [shown.row.at, ["paid", "not yet paid"]]
    : [balance, [null, kind === "transit" ? "on its way" : "at rest"]];
  const parts = [];
  const stretches = [[states[0], 0n, nextOut], [states[1], nextOut, into], ["arrived since", into, null]];
  for (const [state, low, high] of stretches) {
    const from = u > low ? u : low;
    const to = high === null || v < high ? v : high;
    if (from >= to) continue;
    if (state === null) refuse(`${account}: [${from}, ${to}) moved on by leaf ${balance}, and the move is not shown`);
    if (state !== "arrived since" && !isUntouched(account, from, to)) {
      cannotTell(`${account}: nothing shows that [${from}, ${to}) was not taken out of the middle`);
    }
    parts.push({ account, amount: to - from, trail, state, asOf });
  }
  return parts;
}

/** Neighbours with one answer are one piece. */
export function mergeParts(parts) {
  const merged = [];
  for (const part of parts) {
    const last = merged.at(-1);
    const isSame = last !== undefined && last.account === part.account && last.state === part.state
      && last.asOf === part.asOf;
    if (isSame) last.amount += part.amount;
    else merged.push({ ...part });
  }
  return merged;
}

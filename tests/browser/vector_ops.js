// What each operation of the vectors is in the page. `page` is what the page shows to its console.
//
// Bytes come as hex, integers as decimal strings, so that nothing is rounded on the way in.

(() => {
  const page = globalThis.mingzhang;
  const { parseHex, formatHex, formatBase64, encodeText, encodeJson, parseBase64 } = page.parse;
  const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  const base64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const integer = (value) => BigInt(value.integer);

  /** The bytes of a member, however the case spells them. */
  function raw(input, name) {
    if (`${name}_hex` in input) return hex(input[`${name}_hex`]);
    return `${name}_b64` in input ? base64(input[`${name}_b64`]) : encodeText(input[name]);
  }

  const proofOf = (value) => value === null ? null : {
    key: hex(value.leaf_key_hex), value: hex(value.row_hash_hex),
    path: value.path_hex.map(([bit, sibling]) => [Number(integer(bit)), hex(sibling)]),
  };
  const json = (value) => encodeText(encodeJson(plain(value), "value"));

  /** Integers of a value as numbers again. */
  function plain(value) {
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== "object") return value;
    if (Object.keys(value).join() === "integer") return Number(value.integer);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
  }

  const keysOf = (vkeys) => Promise.all(vkeys.map((vkey) => page.keys.parseVkey(vkey, "vkey")));
  const checkpointOut = ({ origin, size, root, extensions }) => (
    { origin, size: String(size), root_b64: formatBase64(root), extensions });
  const timesOf = (cosigners) => cosigners.map(([name, time]) => [name, String(time)]);
  const octets = (text) => text === null ? null : new TextDecoder().decode(
    Uint8Array.from(text, (character) => character.charCodeAt(0)));

  const OPERATIONS = {
    "strict.decimal": ({ text }) => ({ value: String(page.parse.parseDecimal(text, "text")) }),
    "strict.base64": ({ text, size }) => (
      { data_hex: formatHex(parseBase64(text, "text", size === undefined ? null : Number(size.integer))) }),
    "strict.hex": ({ text, size }) => (
      { data_b64: formatBase64(parseHex(text, "text", size === undefined ? null : Number(size.integer))) }),
    "strict.day": ({ text }) => {
      const [year, month, day] = page.parse.formatDay(page.parse.parseDay(text, "text")).split("-").map(Number);
      return { year, month, day };
    },
    "strict.parse_json": (input) => ({ value: page.parse.parseJson(raw(input, "data"), "data") }),
    "strict.format_json": ({ value }) => ({ data: encodeJson(plain(value), "value") }),

    "signature.admit_key": ({ public_hex }) => page.signature.admitKey(hex(public_hex), "key") ?? {},
    "signature.verify": async ({ public_hex, message_hex, signature_hex }) => {
      page.signature.admitKey(hex(public_hex), "key");
      await page.signature.verifySignature(
        { key: hex(public_hex), message: hex(message_hex), signature: hex(signature_hex), what: "signature" });
      return {};
    },
    "keys.parse_vkey": async ({ text }) => {
      const { name, id, type, key } = await page.keys.parseVkey(text, "vkey");
      return { name, key_id_hex: id, algorithm: type, public_hex: formatHex(key) };
    },
    "note.parse": (input) => {
      const { text, signatures } = page.note.parseNote(raw(input, "note"), "note");
      return { text, signatures: signatures.map(({ name, id, signature }) => (
        { name, key_id_hex: id, blob_b64: formatBase64(signature) })) };
    },
    "note.open": async (input) => {
      const note = page.note.parseNote(raw(input, "note"), "note");
      return { text: note.text, verified: await page.note.verifyNote(note, await keysOf(input.vkeys), "note") };
    },
    "checkpoint.parse": (input) => checkpointOut(page.checkpoint.parseCheckpoint(
      page.parse.decodeText(raw(input, "text"), "text"), "checkpoint")),
    "checkpoint.open": async (input) => checkpointOut(await page.checkpoint.openCheckpoint(
      page.note.parseNote(raw(input, "note"), "note"),
      { keys: await keysOf(input.vkeys), origin: input.origin, what: "checkpoint" })),
    "cosignature.verify": async ({ text, line, vkey }) => {
      const [key] = await keysOf([vkey]);
      if (!line.endsWith("\n")) throw new page.errors.FormatError("line: no LF");
      const { signer, signature } = page.note.parseSignatureLine(line.slice(0, -1), "line");
      if (signer !== key.signer) throw new page.errors.SignatureError("line: of another key");
      return { time: String(await page.cosignature.verifyCosignature({ text, signature, key, what: "line" })) };
    },
    "policy.parse": async (input) => {
      const { logs, witnesses, groups, quorum } = await page.policy.parsePolicy(raw(input, "policy"));
      return {
        logs: logs.map(({ key, url }) => [key.vkey, octets(url)]),
        witnesses: witnesses.map(({ name, key, url }) => [octets(name), key.vkey, octets(url)]),
        groups: groups.map(({ name, needed, members }) => [octets(name), needed, members.map(octets)]),
        quorum: octets(quorum),
      };
    },
    "policy.evaluate": async (input) => (
      { satisfied: page.policy.isQuorum(await page.policy.parsePolicy(raw(input, "policy")), input.names) }),
    "policy.verify_checkpoint": async (input) => {
      const policy = await page.policy.parsePolicy(raw(input, "policy"));
      const { size, cosigners } = await page.policy.verifyCheckpoint(
        policy, raw(input, "note"), { origin: input.origin ?? null });
      return { size: String(size), cosigners: timesOf(cosigners) };
    },
    "tlog_proof.parse": (input) => {
      const { index, path, extra, checkpoint } = page.tlog_proof.parseTlogProof(raw(input, "proof"));
      return { index: String(index), path_b64: path.map(formatBase64),
        extra_b64: extra === null ? null : formatBase64(extra), checkpoint };
    },
    "tlog_proof.verify": async (input) => {
      const { size, cosigners } = await page.tlog_proof.verifyTlogProof(
        await page.policy.parsePolicy(raw(input, "policy")), raw(input, "proof"),
        { leaf: raw(input, "leaf_hash"), origin: input.origin ?? null });
      return { size: String(size), cosigners: timesOf(cosigners) };
    },
    "merkle.leaf": async ({ leaf_hex }) => ({ hash_hex: formatHex(await page.hashes.hashLeaf(hex(leaf_hex))) }),
    "merkle.node": async ({ left_hex, right_hex }) => (
      { hash_hex: formatHex(await page.hashes.hashNode(hex(left_hex), hex(right_hex))) }),
    "merkle.root": async ({ leaves_hex }) => ({ root_hex: formatHex(await page.merkle.rootOf(leaves_hex.map(hex))) }),
    "proof.inclusion": async (input) => await page.merkle.verifyInclusion({
      leaf: hex(input.leaf_hash_hex), index: integer(input.index), size: integer(input.size),
      path: input.path_hex.map(hex), root: hex(input.root_hex) }) ?? {},
    "proof.consistency": async (input) => await page.merkle.verifyConsistency({
      oldSize: integer(input.old_size), newSize: integer(input.new_size), oldRoot: hex(input.old_root_hex),
      newRoot: hex(input.new_root_hex), path: input.path_hex.map(hex) }) ?? {},
    "proof.subtree": async (input) => await page.merkle.verifySubtree({
      start: integer(input.start), end: integer(input.end), size: integer(input.size),
      subtree: hex(input.subtree_hex), path: input.path_hex.map(hex), root: hex(input.root_hex) }) ?? {},
    "multiproof.verify": async (input) => await page.merkle.verifyMultiproof({
      leaves: input.leaf_hashes_hex.map(([index, hash]) => [integer(index), hex(hash)]), size: integer(input.size),
      path: input.path_hex.map(hex), root: hex(input.root_hex) }) ?? {},
    "batch.root": async ({ data_hex }) => {
      const { count, total, root } = await page.batch.batchRoot(hex(data_hex));
      return { count, total: Number(total), root_hex: formatHex(root) };
    },
    "batch.column": async ({ data_hex, column, columns }) => {
      const { count, total, root } = await page.batch.batchRoot(
        hex(data_hex), { column: Number(column.integer), columns: Number(columns.integer) });
      return { count, total: Number(total), root_hex: formatHex(root) };
    },
    "batch.name": async ({ roots_hex }) => ({ name_hex: formatHex(await page.hashes.hashColumns(roots_hex.map(hex))) }),
    "batch.line": async (input) => ({ offset: Number(await page.batch.lineOffset({
      amount: integer(input.amount), commitment: hex(input.commitment_hex), index: integer(input.index),
      count: integer(input.count), total: integer(input.total), root: hex(input.root_hex),
      path: input.path_hex.map(([hash, total]) => [hex(hash), integer(total)]) })) }),
    "commitment.commit": async ({ salt_hex, opening }) => (
      { hash_hex: formatHex(await page.hashes.hashCommitment(hex(salt_hex), json(opening))) }),
    "commitment.body": async (input) => ({ hash_hex: formatHex(await page.hashes.hashBody(raw(input, "body"))) }),
    "commitment.text": async (input) => ({ hash_hex: formatHex(await page.hashes.hashText(raw(input, "text"))) }),
    "commitment.effect": async (input) => ({ hash_hex: formatHex(
      await page.hashes.hashEffect(hex(input.nonce_hex), encodeText(input.moves_json))) }),
    "commitment.open": async ({ commitment_hex, salt_hex, opening }) => {
      await page.receipt.verifyOpening(
        { commitment: hex(commitment_hex), salt: hex(salt_hex), opening: plain(opening) });
      return {};
    },
    "leaf.split": (input) => {
      const { stamp, entry } = page.entry.splitLeaf(raw(input, "leaf"), "leaf");
      return { time_unix_ms: stamp.time_unix_ms, entry: page.parse.decodeText(entry, "entry") };
    },
    "stamp.parse": (input) => ({ time_unix_ms: page.entry.parseStamp(raw(input, "stamp"), "stamp").time_unix_ms }),
    "entry.parse": async (input) => {
      const { value, text } = page.entry.parseEntry(raw(input, "note"), { origin: input.origin, what: "entry" });
      if (value.kind === "charter") await page.charter.signersOf(value, input.origin);
      const hash = await page.hashes.hashText(encodeText(text));
      return { kind: value.kind, text_hash_hex: formatHex(hash), signers: value.signers };
    },
    "entry.verify": async (input) => {
      const entry = page.entry.parseEntry(raw(input, "note"), { origin: input.origin, what: "entry" });
      const keys = page.note.keysBySigner(await keysOf(input.vkeys), "keys");
      await page.entry.verifyEntry(entry, { keys, what: "entry" });
      return {};
    },
    "body.parse": async (input) => {
      const bytes = raw(input, "body");
      const { kind } = page.entry.parseBody(bytes, "body");
      return { kind, hash_hex: formatHex(await page.hashes.hashBody(bytes)) };
    },
    "trie.key": async (input) => (
      { hash_hex: formatHex(await page.hashes.hashTrieKey(input.map, hex(input.row_name_hex))) }),
    "trie.row": async ({ salt_hex, row }) => ({ hash_hex: formatHex(
      await page.hashes.hashRow(salt_hex === null ? null : hex(salt_hex), json(row))) }),
    "trie.next_salt": async ({ salt_hex, nonce_hex }) => (
      { hash_hex: formatHex(await page.hashes.nextSalt(hex(salt_hex), hex(nonce_hex))) }),
    "trie.verify": async (input) => {
      const found = await page.trie.findRow(
        { root: hex(input.root_hex), key: hex(input.key_hex), proof: proofOf(input.proof), what: "row" });
      return { row_hash_hex: found === null ? null : formatHex(found) };
    },
    "trie.exit": async ({ account, start, end, index }) => ({
      key_hex: formatHex(await page.trie.exitKey(account, integer(start))),
      value_hex: formatHex(await page.hashes.hashExit(integer(end), integer(index))) }),
    "trie.no_exit": async (input) => await page.trie.verifyNoExit({
      root: hex(input.root_hex), account: input.account, u: integer(input.u), v: integer(input.v),
      predecessor: proofOf(input.predecessor), successor: proofOf(input.successor),
      opening: input.opening === null ? null : input.opening.map(integer), what: "exits" }) ?? {},
  };

  const CLASSES = {
    FormatError: "format", SignatureError: "signature", ProofError: "proof", Rejected: "rejected",
    CannotTell: "cannot_tell",
  };

  /** What one case comes to in the page: its `out`, or the class of the error, or null where there is no operation. */
  globalThis.runVector = async ({ op, input }) => {
    const operation = OPERATIONS[op];
    if (operation === undefined) return null;
    try {
      return { out: JSON.parse(JSON.stringify(await operation(input) ?? {})) };
    } catch (error) {
      for (const [name, said] of Object.entries(CLASSES)) {
        if (error instanceof page.errors[name]) return { error: said, reason: error.reason, message: error.message };
      }
      return { error: "mistake", message: String(error?.stack) };
    }
  };
})();

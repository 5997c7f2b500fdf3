// What each target of the fuzzer is in the page: an input goes in as bytes, and is accepted or refused.

(() => {
  const page = globalThis.mingzhang;
  const { decodeText, parseJson } = page.parse;
  const ORIGINS = ["ledger.example/dlz", "ledger.example/test"];

  const entry = async (bytes) => {
    const start = new TextDecoder().decode(bytes.slice(0, ORIGINS[1].length));
    const origin = ORIGINS[start === ORIGINS[1] ? 1 : 0];
    const { value } = page.entry.parseEntry(bytes, { origin, what: "input" });
    if (value.kind === "charter") await page.charter.signersOf(value, origin);
  };

  const TARGETS = {
    json: (bytes) => parseJson(bytes, "input"),
    vkey: (bytes) => page.keys.parseVkey(decodeText(bytes, "input"), "input"),
    note: (bytes) => page.note.parseNote(bytes, "input"),
    policy: (bytes) => page.policy.parsePolicy(bytes),
    checkpoint: (bytes) => page.checkpoint.parseCheckpoint(decodeText(bytes, "input"), "input"),
    "tlog-proof": (bytes) => page.tlog_proof.parseTlogProof(bytes),
    entry,
    body: (bytes) => page.entry.parseBody(bytes, "input"),
    stamp: (bytes) => page.entry.parseStamp(bytes, "input"),
    leaf: (bytes) => entry(page.entry.splitLeaf(bytes, "input").entry),
    "receipt-file": (bytes) => page.receipt_file.parseReceipt(bytes),
    batch: async (bytes) => {
      const columns = bytes.length === 0 ? 1 : bytes[0] % 8 + 1;
      for (let column = 0; column < columns; column += 1) {
        await page.batch.batchRoot(bytes.slice(1), { column, columns });
      }
    },
    "register-row": (bytes) => {
      const end = bytes.indexOf(0x0a) < 0 ? bytes.length : bytes.indexOf(0x0a);
      const row = parseJson(bytes.slice(end + 1), "input");
      const name = decodeText(bytes.slice(0, end), "input");
      const salt = page.parse.formatBase64(new Uint8Array(32));
      page.receipt_file.parseRows([{ map: "register", name, row, salt, proof: null }]);
    },
    cosigned: async (bytes, policies) => {
      const refused = [];
      for (const text of policies) {
        try {
          await page.policy.verifyCheckpoint(await page.policy.parsePolicy(new TextEncoder().encode(text)), bytes);
          return;
        } catch (error) {
          refused.push(error);
        }
      }
      throw refused.at(-1);
    },
  };

  /** For each input, in base64: null where it is accepted, else by which error it is refused. */
  globalThis.runCorpus = async (target, inputs, policies) => {
    const answers = [];
    for (const input of inputs) {
      try {
        await TARGETS[target](Uint8Array.from(atob(input), (character) => character.charCodeAt(0)), policies);
        answers.push(null);
      } catch (error) {
        const name = Object.keys(page.errors).find((one) => error instanceof page.errors[one]);
        answers.push(`${name ?? "a mistake of the page"}: ${name === undefined ? error.stack : error.message}`);
      }
    }
    return answers;
  };
})();

// The charter (kinds.md): the parties, whose keys sign what, and who cosigns.

import { FormatError, SignatureError } from "./errors.js";
import { COSIGNER_KEY, NOTE_KEY, parseVkey } from "./keys.js";
import { formatHex } from "./parse.js";
import { admitKey } from "./signature.js";

/** The signers that a charter of the log `origin` knows: NAME+ID -> {key, party, officer}. Every key is admitted. */
export async function signersOf({ epoch, parties, rules }, origin) {
  if (epoch.number !== 1 || rules !== 1) throw new FormatError("charter: expected epoch 1 and rules 1");
  const log = await keyOf(epoch.log, NOTE_KEY, "charter: key of the log");
  if (log.name !== origin) throw new FormatError(`charter: expected a log key named ${origin}`);
  checkNames(parties, "parties");
  const all = [log];
  const signers = new Map();
  for (const { name: party, key, cosigner, officers = [] } of parties) {
    checkNames(officers, `officers of ${party}`);
    all.push(await keyOf(cosigner, COSIGNER_KEY, `charter: cosigner key of ${party}`));
    for (const [vkey, officer] of [[key, null], ...officers.map((one) => [one.key, one.name])]) {
      const own = await keyOf(vkey, NOTE_KEY, `charter: key of ${officer ?? party}`);
      all.push(own);
      signers.set(own.signer, { ...own, party, officer });
    }
  }
  if (new Set(all.map(({ key }) => formatHex(key))).size !== all.length) {
    throw new FormatError("charter: a public key stands twice");
  }
  for (const { key, signer } of all) admitKey(key, `charter: key of ${signer}`);
  return signers;
}

async function keyOf(vkey, type, what) {
  const key = await parseVkey(vkey, what);
  if (key.type !== type) throw new FormatError(`${what}: expected type 0${type}, got 0${key.type}`);
  return key;
}

function checkNames(people, what) {
  if (people.some(({ name }, at) => at > 0 && name <= people[at - 1].name)) {
    throw new FormatError(`charter: ${what}: expected them by name, each once`);
  }
}

/** Refuse a charter whose log or cosigners are not those of the policy. */
export function verifyTrust(charter, policy) {
  if (!policy.logs.some(({ key }) => key.vkey === charter.epoch.log)) {
    throw new SignatureError("charter: its log key is no key of a log in the policy");
  }
  const [ours, theirs] = [
    policy.witnesses.map(({ key }) => key.vkey), charter.parties.map(({ cosigner }) => cosigner),
  ].map((vkeys) => [...vkeys].sort().join("\n"));
  if (ours !== theirs) throw new SignatureError("charter: its cosigners are not the witnesses of the policy");
}

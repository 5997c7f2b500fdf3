// The charter (kinds.md): the parties, whose keys sign what, and who cosigns.

import { SignatureError } from "./errors.js";
import { parseVkey } from "./keys.js";
import { admitKey } from "./signature.js";

/** The signers that a charter knows: NAME+ID -> {key, party, officer}. Keys are admitted when they are first used. */
export async function signersOf(charter) {
  const signers = new Map();
  for (const party of charter.parties) {
    await addSigner(signers, party.key, { party: party.name, officer: null });
    for (const officer of party.officers ?? []) {
      await addSigner(signers, officer.key, { party: party.name, officer: officer.name });
    }
  }
  return signers;
}

async function addSigner(signers, vkey, who) {
  const key = await parseVkey(vkey, `charter: key of ${who.party}`);
  signers.set(key.signer, { ...key, ...who });
}

/** Admit the keys of these signers, each once. */
export function admitSigners(signers, used) {
  for (const signer of used) {
    const key = signers.get(signer);
    if (key !== undefined) admitKey(key.key, `charter: key of ${signer}`);
  }
}

/** Refuse a charter whose log or cosigners are not those of the policy. */
export function verifyTrust(charter, policy) {
  if (!policy.logs.some(({ key }) => key.vkey === charter.epoch.log)) {
    throw new SignatureError("charter: its log key is no key of a log in the policy");
  }
  const [ours, theirs] = [
    policy.witnesses.map(({ key }) => key.vkey), charter.parties.map(({ cosigner }) => cosigner),
  ].map((vkeys) => vkeys.toSorted().join("\n"));
  if (ours !== theirs) throw new SignatureError("charter: its cosigners are not the witnesses of the policy");
}

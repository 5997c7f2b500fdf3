"""The log as bytes that are proven: keys, signed notes, checkpoints, cosignatures, policies, trees, tiles, proofs."""

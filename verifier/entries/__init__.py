"""What parties sign and the sequencer stamps: entries, bodies, batches of lines, and the form of each."""

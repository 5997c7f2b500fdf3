"""The rules of version 1, one small function each; a kind's checks stand in the order of docs/formats/kinds.md."""

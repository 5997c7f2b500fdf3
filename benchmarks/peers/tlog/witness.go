package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

const (
	cosignatureType = 4
	timeBytes       = 8
)

// witness verifies C2SP cosignatures of type 04; sumdb/note, which it is made for, knows type 01 alone.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (*witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("expected name, key ID and key, got %q", vkey)
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignatureType {
		return nil, fmt.Errorf("expected a key of type 04, got %q", vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		return nil, fmt.Errorf("%q has the key ID of another key", vkey)
	}
	return &witness{parts[0], binary.BigEndian.Uint32(sum[:4]), ed25519.PublicKey(key[1:])}, nil
}

func (one *witness) Name() string { return one.name }

func (one *witness) KeyHash() uint32 { return one.hash }

func (one *witness) Verify(text, signature []byte) bool {
	if len(signature) != timeBytes+ed25519.SignatureSize {
		return false
	}
	message := fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)
	return ed25519.Verify(one.key, message, signature[timeBytes:])
}

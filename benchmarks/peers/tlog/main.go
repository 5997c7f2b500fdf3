// Tlog verifies C2SP tlog-proofs with Go's own sumdb/tlog and sumdb/note, over and over, for benchmarks/tlog_proofs.py.
//
//	tlog -log VKEY -witness VKEY... -quorum K FILE...
//
// FILE is a tlog-proof; its leaf is in FILE.leaf. Every proof is verified once, or the program ends with status 1. Then
// each line of standard input, `inclusion N` or `whole N`, asks to verify all of them N times, and is answered with a
// line: the nanoseconds that this process was on a core for it.
//
// `inclusion` is the proof alone, of hashes that were read before. `whole` begins with the bytes of both files: the
// proof and its leaf hash, the log's signature of the checkpoint, a quorum of cosignatures.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const header = "c2sp.org/tlog-proof@v1"

// A proof as it is in its files, and as `inclusion` needs it.
type proof struct {
	data, leaf []byte
	path       tlog.RecordProof
	index      int64
	hash       tlog.Hash
	head       tlog.Tree
}

// Whom to believe: a log, and so many of the witnesses.
type policy struct {
	log       note.Verifier
	witnesses []note.Verifier
	known     note.Verifiers
	quorum    int
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "tlog:", err)
		os.Exit(1)
	}
}

func run() error {
	trusted, err := readPolicy()
	if err != nil {
		return err
	}
	proofs := make([]proof, 0, flag.NArg())
	for _, name := range flag.Args() {
		one, err := readProof(name, trusted)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		proofs = append(proofs, one)
	}
	fmt.Println("ready")
	return serve(trusted, proofs)
}

func readPolicy() (*policy, error) {
	trusted := &policy{}
	flag.Func("log", "the log's `vkey`", func(vkey string) (err error) {
		trusted.log, err = note.NewVerifier(vkey)
		return err
	})
	flag.Func("witness", "a witness's `vkey`; may stand several times", func(vkey string) error {
		one, err := newWitness(vkey)
		trusted.witnesses = append(trusted.witnesses, one)
		return err
	})
	flag.IntVar(&trusted.quorum, "quorum", 0, "how many of the witnesses are needed")
	flag.Parse()
	if trusted.log == nil || trusted.quorum > len(trusted.witnesses) || flag.NArg() == 0 {
		return nil, fmt.Errorf("expected -log, as many -witness as -quorum asks for, and files")
	}
	trusted.known = note.VerifierList(append([]note.Verifier{trusted.log}, trusted.witnesses...)...)
	return trusted, nil
}

// readProof reads a proof and verifies it, as a whole and the inclusion alone.
func readProof(name string, trusted *policy) (proof, error) {
	var one proof
	var err error
	if one.data, err = os.ReadFile(name); err != nil {
		return one, err
	}
	if one.leaf, err = os.ReadFile(name + ".leaf"); err != nil {
		return one, err
	}
	if err := verify(one.data, one.leaf, trusted); err != nil {
		return one, err
	}
	var signed []byte
	if one.index, one.path, signed, err = parseProof(one.data); err != nil {
		return one, err
	}
	opened, err := note.Open(signed, trusted.known)
	if err != nil {
		return one, err
	}
	one.hash = tlog.RecordHash(one.leaf)
	one.head, err = parseCheckpoint(opened.Text, trusted.log.Name())
	return one, err
}

// serve answers until its input ends.
func serve(trusted *policy, proofs []proof) error {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var what string
		var times int
		if _, err := fmt.Sscanf(lines.Text(), "%s %d", &what, &times); err != nil {
			return err
		}
		started := onCore()
		for ; times > 0; times-- {
			for number := range proofs {
				one := &proofs[number]
				var err error
				switch what {
				case "inclusion":
					err = tlog.CheckRecord(one.path, one.head.N, one.head.Hash, one.index, one.hash)
				case "whole":
					err = verify(one.data, one.leaf, trusted)
				default:
					err = fmt.Errorf("expected inclusion or whole, got %q", what)
				}
				if err != nil {
					return err
				}
			}
		}
		fmt.Println(onCore() - started)
	}
	return nil
}

// onCore is for how many nanoseconds this process has been on a core.
func onCore() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

// verify verifies a proof from its bytes to the quorum.
func verify(data, leaf []byte, trusted *policy) error {
	index, path, signed, err := parseProof(data)
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, trusted.known)
	if err != nil {
		return err
	}
	if err := trusted.judge(opened); err != nil {
		return err
	}
	head, err := parseCheckpoint(opened.Text, trusted.log.Name())
	if err != nil {
		return err
	}
	return tlog.CheckRecord(path, head.N, head.Hash, index, tlog.RecordHash(leaf))
}

// judge says whether the log signed and enough witnesses cosigned; note.Open has verified every line that it knows.
func (trusted *policy) judge(opened *note.Note) error {
	signed, cosigned := false, 0
	for _, line := range opened.Sigs {
		if line.Name == trusted.log.Name() && line.Hash == trusted.log.KeyHash() {
			signed = true
		} else {
			cosigned++
		}
	}
	if !signed {
		return fmt.Errorf("the log did not sign the checkpoint")
	}
	if cosigned < trusted.quorum {
		return fmt.Errorf("expected %d cosignatures, got %d", trusted.quorum, cosigned)
	}
	return nil
}

func parseProof(data []byte) (index int64, path tlog.RecordProof, signed []byte, err error) {
	head, signed, found := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 2 || lines[0] != header {
		return 0, nil, nil, fmt.Errorf("expected %s, an index, a path and a checkpoint", header)
	}
	digits, found := strings.CutPrefix(lines[1], "index ")
	if !found {
		return 0, nil, nil, fmt.Errorf("expected the index, got %q", lines[1])
	}
	if index, err = strconv.ParseInt(digits, 10, 64); err != nil {
		return 0, nil, nil, err
	}
	path = make(tlog.RecordProof, len(lines)-2)
	for number, line := range lines[2:] {
		if path[number], err = tlog.ParseHash(line); err != nil {
			return 0, nil, nil, err
		}
	}
	return index, path, signed, nil
}

func parseCheckpoint(text, origin string) (tlog.Tree, error) {
	var head tlog.Tree
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] != origin {
		return head, fmt.Errorf("expected a checkpoint of %s, got %q", origin, lines[0])
	}
	var err error
	if head.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return head, err
	}
	head.Hash, err = tlog.ParseHash(lines[2])
	return head, err
}

"""Writes golden/ids.json.gz: what OpenAI's tokenizer makes of 10,000 strings. Run by hand, never by the tests:

    venv/bin/pip install ftfy regex numpy open_clip_torch
    venv/bin/python test/tokenizer/make_golden.py

The tokenizer is written out here as OpenAI describes it, over the vocabulary that the package open_clip ships; it is compared with that package's own.
The strings are a formula over pieces.json, which the test computes too; the file holds a hash for each hundred of them, and every nineteenth in full.
Strings whose encoding ftfy repairs (text that was decoded wrongly before) are left out, and listed: netc does not repair these.
"""
import gzip
import hashlib
import html
import importlib.util
import json
import pathlib
import sys

import ftfy
import regex

sys.dont_write_bytecode = True  # no __pycache__ among the tests
HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "parity"))
from torch_formula import unit  # noqa: E402

# The package's one file that is needed, without what the rest of it imports.
file = pathlib.Path(importlib.util.find_spec("open_clip").submodule_search_locations[0]) / "tokenizer.py"
spec = importlib.util.spec_from_file_location("peer", file)
peer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(peer)

COUNT, BLOCK, EVERY = 10_000, 100, 19
PIECES = json.loads((HERE / "pieces.json").read_text())
KINDS = list(PIECES)
# Half of the strings are of one kind mostly, with words between; the others mix everything.


def string(i: int) -> str:
    draws = unit(f"string:{i}", 3 * 40)
    length = 1 + int(draws[0] * (30 if i % 4 else 8))
    main = KINDS[i % len(KINDS)]
    parts = []
    for k in range(1, length + 1):
        which, place, gap = draws[3 * k : 3 * k + 3]
        kind = main if which < 0.5 else KINDS[int((which - 0.5) * 2 * len(KINDS))] if i % 2 else "words"
        table = PIECES[kind]
        entry = table[int(place * len(table))]
        if kind == "ranges":
            low, high = entry
            parts.append("".join(chr(low + int(x * (high - low + 1))) for x in unit(f"letters:{i}:{k}", 1 + int(gap * 6))))
        else:
            parts.append(entry)
        if gap < 0.7:
            parts.append(" ")
    return "".join(parts)


class Tokenizer:
    def __init__(self):
        self.bytes = peer.bytes_to_unicode()
        merges = gzip.open(peer.default_bpe()).read().decode().split("\n")[1 : 49152 - 256 - 2 + 1]
        merges = [tuple(line.split()) for line in merges]
        letters = list(self.bytes.values())
        vocabulary = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in merges] + ["<|startoftext|>", "<|endoftext|>"]
        self.ids = {word: i for i, word in enumerate(vocabulary)}
        self.ranks = {pair: i for i, pair in enumerate(merges)}
        self.pattern = regex.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE)

    def merged(self, token: str) -> list:
        if token in ("<|startoftext|>", "<|endoftext|>"):
            return [token]
        word = [*token[:-1], token[-1] + "</w>"]
        while len(word) > 1:
            best = min(zip(word, word[1:]), key=lambda pair: self.ranks.get(pair, float("inf")))
            if best not in self.ranks:
                break
            joined, i = [], 0
            while i < len(word):
                if i + 1 < len(word) and (word[i], word[i + 1]) == best:
                    joined.append(word[i] + word[i + 1])
                    i += 2
                else:
                    joined.append(word[i])
                    i += 1
            word = joined
        return word

    def encode(self, text: str) -> list:
        text = html.unescape(html.unescape(ftfy.fix_text(text))).strip()
        text = regex.sub(r"\s+", " ", text).strip().lower()
        found = []
        for token in self.pattern.findall(text):
            found += [self.ids[piece] for piece in self.merged("".join(self.bytes[b] for b in token.encode()))]
        return found


def main():
    own, other = Tokenizer(), peer.SimpleTokenizer()
    repaired, ids = [], []
    differs = 0
    for i in range(COUNT):
        text = string(i)
        if ftfy.fix_text(text) != ftfy.fix_text(text, fix_encoding=False):
            repaired.append(i)
            ids.append([])
            continue
        ids.append(own.encode(text))
        if "<|" not in text and "&lt" not in text and other.encode(text) != ids[-1]:  # the package has other names for its two marks
            differs += 1
            print("the package differs at", i, ascii(text)) if differs < 5 else None
    hashes = [hashlib.sha256(";".join(",".join(map(str, each)) for each in ids[at : at + BLOCK]).encode()).hexdigest()[:16] for at in range(0, COUNT, BLOCK)]
    result = {"count": COUNT, "block": BLOCK, "every": EVERY, "repaired": repaired, "hashes": hashes, "full": ids[::EVERY]}
    path = HERE / "golden" / "ids.json.gz"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(result, separators=(",", ":")).encode(), 9, mtime=0))
    print(len(repaired), "repaired,", differs, "differ from the package,", sum(map(len, ids)), "ids,", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

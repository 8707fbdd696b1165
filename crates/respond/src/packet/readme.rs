//! How to check a packet without us: with tools that every computer has.

/// The text that lies in every packet. `held` is how many pieces are not handed over.
pub fn text(title: &str, made: &str, given: usize, held: usize) -> String {
    let held = if held == 0 {
        String::new()
    } else {
        format!(
            "\n{held} further pieces belong to the chain and are not handed to this reader; only\ntheir hashes are here. They can be asked for.\n"
        )
    };
    format!(
        "{title}\nMade {made}.\n\nWHAT IS IN IT\n\nreport-a4.pdf, report-letter.pdf   the same report on two sizes of paper\ntimeline.csv                       what happened, when, when we learned of it, how it is known\nchain.jsonl                        the chain of evidence, a link a line\nheads.jsonl, head.txt, head.sig, head.pem   the signed ends of the chain; the last one as files\noriginals/                         {given} pieces as they were received\nSHA256SUMS                         hashes of all files\n{held}{CHECKS}"
    )
}

const CHECKS: &str = r#"
HOW TO CHECK IT WITHOUT OUR PROGRAM

1. Nothing in this packet was changed since it was made:
     sha256sum -c SHA256SUMS            (macOS: shasum -a 256 -c SHA256SUMS)

2. The end of the chain was signed by the holder of the key in head.pem:
     openssl pkeyutl -verify -pubin -inkey head.pem -rawin -in head.txt -sigfile head.sig
   head.txt holds the number of links, the hash of the last one and the time. Ask for a
   head that was published or mailed to you earlier: it must stand in heads.jsonl.

3. Nothing in the chain was changed, left out or put in later. Each link holds the hash of
   the link before; with Python, in the folder of this packet:

     import hashlib, json
     sha = lambda data: hashlib.sha256(data).hexdigest()
     before = sha(b"")
     for line in open("chain.jsonl", encoding="utf-8"):
         link = json.loads(line)
         assert link["before"] == before, link["number"]
         data = b"sellkeep evidence 1"
         for name in ("number", "before", "sha256", "title", "media_type",
                      "happened", "learned", "saved", "by"):
             value = "" if link[name] is None else str(link[name])
             data += len(value.encode()).to_bytes(8, "big") + value.encode()
         before = sha(data)
     assert open("head.txt").read().split("\n")[2] == before
     print("the chain holds")

4. Each file originals/NNN-record.* is the piece whose SHA-256 stands in the link with that
   number. Where the piece was a mail, originals/NNN-mail.eml holds the mail alone, as it
   was received: its DKIM signature can be checked with any DKIM tool as long as the
   signer's key is published.
"#;

